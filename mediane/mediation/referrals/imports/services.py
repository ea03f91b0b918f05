"""The use case: read a file, say what would happen, write it. One transaction a file: a process killed anywhere leaves nothing half done."""

from __future__ import annotations

import csv
import hashlib
import heapq
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, TextIO

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mediane.ground.accounts.actor import Actor
from mediane.ground.accounts.roles import Permission
from mediane.ground.database.scope import use_case
from mediane.kernel.events import publish
from mediane.kernel.moments import paris_day
from mediane.kernel.refusals import Refusal
from mediane.mediation.referrals.imports import loading
from mediane.mediation.referrals.imports.columns import REMARKS
from mediane.mediation.referrals.imports.events import ReferralsImported
from mediane.mediation.referrals.imports.loading import Fate
from mediane.mediation.referrals.imports.reading import Source, guarded, known, open_source, still_refused
from mediane.mediation.referrals.imports.rows import Fault, Row, read_row


@dataclass
class Report:
    """What a file did, or would do (`dry_run`). `rows` = added + corrected + unchanged + repeated + rejected."""

    file: str
    dry_run: bool
    rows: int = 0
    added: int = 0
    corrected: int = 0
    unchanged: int = 0
    repeated: int = 0
    rejected: int = 0
    reasons: Counter[str] = field(default_factory=Counter)  # code of the first fault → rows
    notices: list[str] = field(default_factory=list)
    first_on: date | None = None
    last_on: date | None = None
    examples: list[dict[str, Any]] = field(
        default_factory=list
    )  # the first rejects: line, reference, column, value, reason

    def as_json(self) -> dict[str, Any]:
        return vars(self) | {
            "reasons": dict(self.reasons),
            "first_on": self.first_on and self.first_on.isoformat(),
            "last_on": self.last_on and self.last_on.isoformat(),
        }


EXAMPLES = 20


@use_case
def import_file(
    body_id: int,
    path: str | Path,
    *,
    by: Actor,
    at: datetime,
    dry_run: bool = False,
    rejects: str | Path | None = None,
    name: str = "",
    tell: Callable[[int, int], None] = lambda read, size: None,
) -> Report:
    """Read the file and write what is new or corrected; the bad rows go to `rejects` (a path, written only if there are any), which stands before the
    transaction is committed. `tell(read, size)` hears the progress in bytes.

    Raises Refusal `not_allowed`, `reading.Unreadable`, OSError.
    """
    if not by.is_system and not (
        by.organisation_id == body_id and (by.may(Permission.IMPORT) or "import" in by.token_scopes)
    ):
        raise Refusal("not_allowed")
    source = open_source(path)
    report = Report(name or source.path.name, dry_run, notices=list(source.notices))
    with connection.cursor() as cursor:  # two files into one body queue up
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('mediane import'), %s)", [body_id % 2**31])
    with loading.staging(), tempfile.TemporaryFile("w+", encoding="utf-8", newline="") as spool:
        loading.stage(_good_rows(source, paris_day(at), spool, report, tell))
        fates = loading.decide(body_id)
        report.added, report.unchanged = fates.get(Fate.NEW, 0), fates.get(Fate.SAME, 0)
        report.corrected, report.repeated = fates.get(Fate.CORRECTED, 0), fates.get(Fate.AGAIN, 0)
        report.rejected += fates.get(Fate.CLASH, 0) + fates.get(Fate.LIVE, 0)
        _write_rejects(source, spool, report, Path(rejects) if rejects else None)
        if not dry_run and (report.added or report.corrected):
            _write(body_id, source, report, by=by, at=at)
    return report


def _write(body_id: int, source: Source, report: Report, *, by: Actor, at: datetime) -> None:
    found = report.corrected
    report.added, report.corrected, first_on = loading.write(body_id, by=by, at=at, file=_digest_of(source.path))
    report.unchanged += found - report.corrected
    if report.added or report.corrected:
        publish(
            ReferralsImported(
                body_id=body_id,
                at=at,
                file=report.file,
                first_on=first_on,
                added=report.added,
                corrected=report.corrected,
            )
        )


def _digest_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()[:16]


# ---- rows ----------------------------------------------------------------------------------------------------------------


def _good_rows(
    source: Source, today: date, spool: TextIO, report: Report, tell: Callable[[int, int], None]
) -> Iterator[tuple[int, Row, bool]]:
    """The rows that can go in, and whether each is still what a former run refused; the others are spooled with their reasons."""
    out, width, wider = csv.writer(spool), len(source.headings), 0
    shortened: Counter[str] = Counter()
    for line, cells in source.rows(lambda read: tell(read, source.size)):
        report.rows += 1
        wider += len(cells) > width
        found = read_row(known(source, cells), today)
        if isinstance(found, Row):
            shortened.update(found.shortened)
            day = found["received_on"]
            report.first_on = min(report.first_on or day, day)
            report.last_on = max(report.last_on or day, day)
            yield line, found, still_refused(source, cells)
        else:
            report.rejected += 1
            report.reasons[found[0].code] += 1
            out.writerow(_reject(source, line, cells, found, report))
    for column, count in shortened.items():
        said = ngettext(
            "%(n)d texte trop long raccourci dans « %(column)s »",
            "%(n)d textes trop longs raccourcis dans « %(column)s »",
            count,
        )
        report.notices.append(said % {"n": count, "column": column})
    if wider:
        said = ngettext(
            "%(n)d ligne a plus de cellules que de titres : le surplus est ignoré",
            "%(n)d lignes ont plus de cellules que de titres : le surplus est ignoré",
            wider,
        )
        report.notices.append(said % {"n": wider})


# ---- rejects -------------------------------------------------------------------------------------------------------------


def _reject(source: Source, line: int, cells: Sequence[str], faults: Sequence[Fault], report: Report) -> list[str]:
    """The row of the rejects file: the line first, for the merge."""
    first, *others = faults
    reason = first.reason
    if others:
        also = "; ".join(f"{fault.column} : {fault.reason}" for fault in others)
        reason = _("%(reason)s. Aussi : %(others)s") % {"reason": reason, "others": also}
    if len(report.examples) < EXAMPLES:
        reference = known(source, cells).get("reference", "")
        report.examples.append(
            {
                "line": line,
                "reference": reference[:60],
                "column": first.column,
                "value": first.value[:120],
                "reason": reason,
            }
        )
    given = [cells[position] if position < len(cells) else "" for position in _kept(source)]
    return [guarded(cell) for cell in (str(line), *given, str(line), first.column, first.value, reason)]


def _kept(source: Source) -> list[int]:
    """Positions of the columns given back: all but our own remarks on a former run."""
    return [
        i for i, heading in enumerate(source.headings) if not (source.remarked and heading.strip().lower() in REMARKS)
    ]


def _standing(source: Source, report: Report) -> Iterator[list[str]]:
    """Good rows that cannot go in, because their reference stands already: read again from the file."""
    lines = loading.refused_lines()
    if not lines:
        return
    for line, cells in source.rows():
        if line in lines:
            reference = known(source, cells).get("reference", "").strip()
            if lines[line] == Fate.CLASH:
                fault = Fault(
                    "twice",
                    "reference",
                    reference,
                    _(
                        "cette référence est déjà celle d’une autre ligne, avec un autre contenu ; la première est retenue"
                    ),
                )
            else:
                fault = Fault(
                    "live",
                    "reference",
                    reference,
                    _("cette référence est celle d’un dossier suivi dans Médiane ; un fichier ne le modifie pas"),
                )
            report.reasons[fault.code] += 1
            yield _reject(source, line, cells, [fault], report)


def _write_rejects(source: Source, spool: TextIO, report: Report, path: Path | None) -> None:
    spool.seek(0)
    merged = heapq.merge(csv.reader(spool), _standing(source, report), key=lambda row: int(row[0]))
    if path is None or not report.rejected:
        for _row in merged:  # the examples and the reasons are wanted all the same
            pass
        return
    headings = [guarded(source.headings[position]) for position in _kept(source)]
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.touch()
    except OSError as error:  # said of the file that was asked for, before anything is written
        raise OSError(error.errno, error.strerror, str(path)) from error
    try:
        with draft.open("w", encoding="utf-8", newline="") as stream:
            out = csv.writer(stream)
            out.writerow([*headings, *REMARKS])
            out.writerows(row[1:] for row in merged)
        draft.replace(path)
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()
    report.examples.sort(key=lambda example: example["line"])


def rejects_beside(path: str | Path) -> Path:
    """`cases.csv.gz` → `cases.rejects.csv`, in the same folder."""
    path = Path(path)
    stem = path.name.removesuffix(".gz")
    return path.with_name(f"{Path(stem).stem or stem}.rejects.csv")


def summary(report: Report) -> str:
    """One line: « mgp_2024.csv : 23 118 lignes lues, 23 100 ajoutées, … »."""
    parts = [
        (report.rows, ngettext("%(n)s ligne lue", "%(n)s lignes lues", report.rows)),
        (report.added, ngettext("%(n)s ajoutée", "%(n)s ajoutées", report.added)),
        (report.corrected, ngettext("%(n)s corrigée", "%(n)s corrigées", report.corrected)),
        (report.unchanged, ngettext("%(n)s inchangée", "%(n)s inchangées", report.unchanged)),
        (report.repeated, ngettext("%(n)s répétée à l’identique", "%(n)s répétées à l’identique", report.repeated)),
        (report.rejected, ngettext("%(n)s rejetée", "%(n)s rejetées", report.rejected)),
    ]
    said = ", ".join(words % {"n": count} for count, words in parts)
    return f"{report.file} : {said}" + (f" ({_('essai : rien n’a été écrit')})" if report.dry_run else "")


def reason_label(code: str) -> str:
    """What a summary says of rows rejected for that reason."""
    return {
        "missing": _("une colonne obligatoire est vide"),
        "day": _("un jour n’existe pas ou n’est pas écrit AAAA-MM-JJ"),
        "future": _("un jour est dans le futur"),
        "value": _("une valeur n’est pas dans sa liste"),
        "siren": _("un numéro SIREN n’est pas valide"),
        "amount": _("un montant n’est pas un nombre"),
        "decision_day": _("une décision est sans son jour, ou un jour sans décision"),
        "ground": _("un motif de refus sans refus"),
        "notified": _("une notification sans décision de recevabilité"),
        "order": _("des jours se contredisent"),
        "not_notified": _("une suite sans notification aux parties"),
        "no_proposal": _("une réponse, un sens ou un jour sans proposition"),
        "previous": _("une saisine est sa propre précédente"),
        "twice": _("une référence figure deux fois avec des contenus différents"),
        "live": _("la référence est celle d’un dossier suivi dans Médiane"),
    }[code]
