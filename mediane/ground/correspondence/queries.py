"""What the outbox and the list of texts read, each in a few statements whatever the number of rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext_lazy as _

from mediane.ground.accounts.actor import Actor
from mediane.ground.correspondence.kinds import LetterKind, Requirement, all_kinds
from mediane.ground.correspondence.models import (
    TO_DECIDE,
    BatchStatus,
    Channel,
    Letter,
    LetterTemplate,
    PrintBatch,
    Status,
)

PAGE = 50
WAITS_FOR_POST = Q(channel=Channel.POST, status__in=(Status.QUEUED, Status.READY, Status.PRINTED))
WAITS_FOR_MAIL = Q(channel=Channel.EMAIL, status__in=(Status.QUEUED, Status.READY, Status.SENDING))
QUEUES: dict[str, tuple[Any, Q]] = {
    "decide": (_("À décider"), Q(status__in=TO_DECIDE)),
    "print": (_("À imprimer"), WAITS_FOR_POST),
    "waiting": (_("En attente d’envoi"), WAITS_FOR_MAIL),
    "sent": (_("Parties"), Q(status=Status.SENT)),
    "cancelled": (_("Annulées"), Q(status=Status.CANCELLED)),
}
TONES = {
    Status.SENT: "green",
    Status.FAILED: "red",
    Status.IN_DOUBT: "amber",
    Status.PRINTED: "teal",
    Status.READY: "teal",
}


def numbered(letters: QuerySet[Letter]) -> QuerySet[Letter]:
    """With `number`, the case number as the letter prints it, and without what only the printer reads."""
    return letters.annotate(number=KeyTextTransform("case_number", "paper")).defer(
        "paper", "inputs", "proof", "statements"
    )


def counts(actor: Actor) -> dict[str, int]:
    """Letters in each queue but those that left (too many to count for nothing)."""
    told = {name: Count("pk", filter=queue) for name, (_label, queue) in QUEUES.items() if name != "sent"}
    return Letter.objects.visible_to(actor).filter(goes_with=None).exclude(status=Status.SENT).aggregate(**told)


def outbox(actor: Actor, queue: str, before: int | None = None) -> list[Letter]:
    """A page of a queue and one row more, newest first."""
    rows = numbered(Letter.objects.visible_to(actor).filter(QUEUES[queue][1], goes_with=None))
    if before:
        rows = rows.filter(pk__lt=before)
    return list(rows.select_related("batch").order_by("-pk")[: PAGE + 1])


def batches(actor: Actor) -> list[Any]:
    """Batches not yet posted, and the last that were, with how many envelopes and letters they hold."""
    held = PrintBatch.objects.filter(organisation=actor.organisation_id).annotate(
        envelopes=Count("letters", filter=Q(letters__goes_with=None) & ~Q(letters__status=Status.CANCELLED)),
        sheets=Count("letters", filter=~Q(letters__status=Status.CANCELLED)),
    )
    pending = list(held.exclude(status=BatchStatus.POSTED).order_by("day", "number"))
    return pending + list(held.filter(status=BatchStatus.POSTED).order_by("-day", "-number")[:5])


@dataclass(frozen=True)
class TextRow:
    """One text in the list: shipped or the body's own, and whether a version waits for approval."""

    kind: LetterKind
    audience: str
    own: LetterTemplate | None
    waiting: LetterTemplate | None


def texts(organisation_id: int, day: date, language: str = "fr") -> list[TextRow]:
    """Every text, in the order of the procedure; one statement."""
    own: dict[tuple[str, str], LetterTemplate] = {}
    waiting: dict[tuple[str, str], LetterTemplate] = {}
    rows = LetterTemplate.objects.filter(organisation_id=organisation_id, language=language, statement="")
    for row in rows.defer("text").order_by("version"):
        if not row.approved:
            waiting[row.kind, row.audience] = row
        elif row.in_force(day):
            own[row.kind, row.audience] = row
    return [
        TextRow(kind, audience, own.get((kind.code, audience)), waiting.get((kind.code, audience)))
        for kind in all_kinds()
        for audience in kind.audiences
    ]


@dataclass(frozen=True)
class StatementRow:
    id: str
    idea: str
    article: str
    mark: str
    is_law: bool
    sentence: str
    own: LetterTemplate | None
    waiting: LetterTemplate | None
    letters: int
    optional: bool


def statement_rows(organisation_id: int, day: date, language: str = "fr") -> list[StatementRow]:
    """Every shared statement with the body's own wording, and in how many letters it stands; one statement of SQL."""
    rows: dict[str, LetterTemplate] = {}
    waiting: dict[str, LetterTemplate] = {}
    for row in LetterTemplate.objects.filter(organisation_id=organisation_id, language=language, kind="").order_by(
        F("version")
    ):
        if not row.approved:
            waiting[row.statement] = row
        elif row.in_force(day):
            rows[row.statement] = row
    holding: dict[str, set[str]] = {}
    optional: dict[str, bool] = {}
    found: dict[str, LetterKind] = {}
    for kind in all_kinds():
        for audience in kind.audiences:
            for requirement in _requirements(kind, audience):
                holding.setdefault(requirement.id, set()).add(f"{kind.code}:{audience}")
                optional[requirement.id] = optional.get(requirement.id, True) and requirement.optional
                found.setdefault(requirement.id, kind)
    out = []
    for key, kind in found.items():
        statement = kind.statement(key)
        out.append(
            StatementRow(
                id=key,
                idea=statement.idea,
                article=statement.article,
                mark=statement.mark,
                is_law=statement.is_law,
                sentence=statement.sentences[language],
                own=rows.get(key),
                waiting=waiting.get(key),
                letters=len(holding[key]),
                optional=optional[key],
            )
        )
    return out


def _requirements(kind: LetterKind, audience: str) -> tuple[Requirement, ...]:
    return kind.text(audience).requirements  # type: ignore[arg-type]
