"""Take each protection away, on a copy of the sources, and see a test fail: a wall that no test would miss is no wall.

`python tools/protections.py` tries them all (some minutes), `python tools/protections.py lock seal` those whose name holds a word. Exit status 1 when a
protection was taken away and every test still passed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROOM = "mediane/mediation/referrals"
T = f"{ROOM}/tests"


@dataclass(frozen=True)
class Protection:
    name: str
    file: str
    text: str  # as it stands
    without: str  # with the protection taken away
    tests: str  # which must fail: files or test ids, and "-k words"


def P(name: str, file: str, text: str, without: str, tests: str) -> Protection:  # noqa: N802 - a table is read across
    return Protection(name, file, text, without, tests)


PROTECTIONS = (
    # who sees
    P(
        "filter: the trader before notification",
        f"{ROOM}/querysets.py",
        "trader__in=actor.trader_ids, notified_on__isnull=False, state__in=sorted(SEEN_BY_TRADER)",
        "trader__in=actor.trader_ids",
        f"{T}/test_procedure.py -k each_ground",
    ),
    P(
        "filter: another body",
        f"{ROOM}/querysets.py",
        "return self.filter(body=actor.organisation_id).exclude(state__in=hidden)",
        "return self.exclude(state__in=hidden)",
        f"{T}/test_walls.py -k filters",
    ),
    P(
        "filter: a message's audience",
        f"{ROOM}/querysets.py",
        "referral=actor.case_id, audience__in=(Audience.CONSUMER, Audience.BOTH)",
        "referral=actor.case_id",
        f"{T}/test_procedure.py -k read_by_its_audience",
    ),
    P(
        "filter: the mediator's notes",
        f"{ROOM}/querysets.py",
        "return mine if actor.reads_mediator_notes else mine.exclude(audience=Audience.MEDIATOR)",
        "return mine",
        f"{T}/test_procedure.py -k read_by_its_audience",
    ),
    P(
        "filter: the archive",
        f"{ROOM}/querysets.py",
        "hidden.append(State.ARCHIVED)",
        "pass",
        f"{T}/test_retention.py -k archive_is_read",
    ),
    P(
        "policy: reach",
        f"{ROOM}/policy.py",
        "    if not can_reach(actor, referral):\n",
        "    if False:\n",
        f"{T}/test_procedure.py -k stranger",
    ),
    P(
        "policy: audience",
        f"{ROOM}/policy.py",
        "    if audience not in allowed:\n",
        "    if False:\n",
        f"{T}/test_procedure.py -k cannot_write_for_the_other",
    ),
    P(
        "policy: pieces of another audience",
        "mediane/ground/documents/visibility.py",
        "& (Q(audience__in=(party.value, Audience.BOTH.value)) | Q(author_party=party.value))",
        "",
        "mediane/ground/documents/tests/test_visibility.py",
    ),
    P(
        "session: its end",
        "mediane/ground/accounts/middleware.py",
        "request.session.get(BEGAN), request.session.get(SEEN)",
        "None, None",
        "tests/walls/test_leaks.py -k full_swing_and_expired",
    ),
    P(
        "membership: its end",
        "mediane/ground/accounts/models.py",
        "(Q(ends_on__isnull=True) | Q(ends_on__gte=day))",
        "(Q(ends_on__isnull=True) | Q(ends_on__lt=day) | Q(ends_on__gte=day))",
        "tests/walls/test_leaks.py -k full_swing_and_ended",
    ),
    P(
        "token: its scope",
        f"{ROOM}/api/endpoints.py",
        "    if scope not in actor.token_scopes:\n",
        "    if False:\n",
        "tests/walls/test_bodies.py -k every_call",
    ),
    P(
        "letters: none to the trader before notification",
        f"{ROOM}/letters/writing.py",
        "contact is None or (to is Party.TRADER and referral.notified_on is None)",
        "contact is None",
        f"{T}/test_walls.py",
    ),
    # row-level security
    P(
        "rls: a trader's case once notified",
        f"{ROOM}/migrations/0002_security.py",
        " AND notified_on IS NOT NULL AND {SEEN}",
        "",
        "tests/walls/test_second_lock.py -k each_scope",
    ),
    P(
        "rls: the other's sealed answer",
        f"{ROOM}/migrations/0002_security.py",
        '*follows("referrals_sealedanswer", consumer="party = \'consumer\'", trader="party = \'trader\'")',
        '*follows("referrals_sealedanswer", consumer="true", trader="true")',
        "tests/walls/test_sealed.py -k row_level",
    ),
    P(
        "rls: a message's audience",
        f"{ROOM}/migrations/0002_security.py",
        "consumer=\"audience IN ('consumer', 'both')\"",
        'consumer="true"',
        "tests/walls/test_second_lock.py -k each_scope",
    ),
    P(
        "rls: the tenant",
        "mediane/ground/database/rls.py",
        'f"{staff} = {ORGANISATION}"',
        '"true"',
        "tests/walls/test_second_lock.py -k each_scope",
    ),
    P(
        "rls: writing is for use cases",
        "mediane/ground/database/rls.py",
        "FOR SELECT USING ({condition})",
        "USING ({condition})",
        "tests/walls/test_second_lock.py -k nobody_writes",
    ),
    # the seal
    P(
        "seal: no column of the case says who answered",
        f"{ROOM}/services/solution.py",
        '    turn.go()\n    turn.record({"party": party.value}, {"value"',
        '    turn.go(answer_reminded=True)\n    turn.record({"party": party.value}, {"value"',
        f"{T}/test_procedure.py -k sealed_until",
    ),
    P(
        "seal: the database",
        f"{ROOM}/migrations/0001_referrals.py",
        'models.Q(("consumer_answer", ""), ("trader_answer", "")),',
        'models.Q(("state", "proposal_notified")),',
        f"{T}/test_constraints.py -k answers_sealed",
    ),
    P(
        "seal: the first date for who answered",
        f"{ROOM}/sentences.py",
        "until = clock.first_due_on if clock else None",
        "until = clock.due_on if clock else None",
        f"{T}/test_next_step.py",
    ),
    P(
        "seal: an answer once",
        f"{ROOM}/services/solution.py",
        "    if SealedAnswer.objects.filter(proposal=proposal, party=party).exists():\n",
        "    if False:\n",
        f"{T}/test_procedure.py -k sealed_until",
    ),
    P(
        "seal: a scan is the party's own",
        f"{ROOM}/services/recording.py",
        "            audience=party,\n",
        '            audience="both",\n',
        f"{T}/test_moves_behaviour.py -k with_its_scan",
    ),
    # the procedure
    P(
        "lock: a case in conflict",
        f"{ROOM}/services/turn.py",
        "locked=referral.locked, on_behalf=behalf",
        "locked=False, on_behalf=behalf",
        f"{T}/test_procedure.py -k locks_the_case",
    ),
    P(
        "lock: two at once",
        "mediane/ground/journal/services.py",
        "Case.objects.select_for_update().filter(pk=case_id).first()",
        "Case.objects.filter(pk=case_id).first()",
        "tests/walls/test_faults.py -k two_at_once",
    ),
    P(
        "lock: a form sent twice at once",
        f"{ROOM}/services/receiving.py",
        "        _one_at_a_time(submission_key)\n",
        "        pass\n",
        "tests/walls/test_faults.py -k double",
    ),
    P(
        "mandate: current",
        "mediane/mediation/schemes/services.py",
        "body=body_id, person=actor.person_id, starts_on__lte=day, ends_on__gte=day",
        "body=body_id, person=actor.person_id",
        f"{T}/test_moves_behaviour.py -k mandate_that_ends",
    ),
    P(
        "mandate: in person",
        f"{ROOM}/services/turn.py",
        "not self.by.person_id == mediator.person_id == self.mandate.person_id",
        "False",
        f"{T}/test_walls.py",
    ),
    P(
        "conflict: no part any more",
        f"{ROOM}/services/turn.py",
        "            check_no_conflict(referral, turn.mandate.person_id)\n",
        "            pass\n",
        f"{T}/test_moves_behaviour.py -k takes_no_part",
    ),
    P(
        "trace: what is recorded for a party",
        f"{ROOM}/services/turn.py",
        "    if by.on_behalf_of and not by.trace:\n",
        "    if False:\n",
        f"{T}/test_moves_behaviour.py -k with_its_scan",
    ),
    P(
        "law: a body's rule is never looser",
        f"{ROOM}/services/turn.py",
        "            if rule in LAW:",
        "            if False:",
        f"{T}/test_walls.py",
    ),
    P(
        "late: a coded reason",
        f"{ROOM}/services/turn.py",
        'raise Refusal("missing:late_reason", clock=kind, due_on=clock.due_on)',
        "return",
        f"{T}/test_procedure.py -k late_decision",
    ),
    P(
        "post: waited for",
        f"{ROOM}/services/turn.py",
        'return clocks.day_after(due_on, self.rules.text("postal_margin")) if on_paper else due_on',
        "return due_on",
        f"{T}/test_moves_behaviour.py -k posts_time",
    ),
    P(
        "import: no move of the system",
        f"{ROOM}/services/turn.py",
        "        if referral.quiet and Role.SYSTEM in by.roles:\n",
        "        if False:\n",
        f"{T}/test_moves_behaviour.py -k imported",
    ),
    P(
        "stale: the text that was read",
        f"{ROOM}/services/mediation.py",
        "    if agreement.version != version:\n",
        "    if False:\n",
        f"{T}/test_procedure.py -k own_hand",
    ),
    P(
        "retention: approval",
        f"{ROOM}/services/retention.py",
        '    turn.need("approval",',
        "    bool(",
        f"{T}/test_retention.py -k second_person",
    ),
    P(
        "retention: not who led it",
        f"{ROOM}/services/retention.py",
        "        if by.person_id in led_by:\n",
        "        if False:\n",
        f"{T}/test_retention.py -k who_led",
    ),
    P(
        "retention: hold",
        f"{ROOM}/services/retention.py",
        "    if turn.referral.hold:\n",
        "    if False:\n",
        f"{T}/test_retention.py -k held_stays",
    ),
    P(
        "retention: the key",
        "mediane/ground/journal/services.py",
        "    case.key, case.key_destroyed_at = None, at\n",
        "    case.key_destroyed_at = at\n",
        f"{T}/test_retention.py -k chain_verifies",
    ),
    # letters, journal, doors
    P(
        "letters: the mandatory statements",
        "mediane/ground/correspondence/rendering.py",
        "        if flat(required.sentence) not in text:\n",
        "        if False:\n",
        f"{T}/test_letters.py",
    ),
    P(
        "letters: once",
        "mediane/ground/correspondence/migrations/0001_letters.py",
        '("dedup_key", models.CharField(max_length=120, unique=True))',
        '("dedup_key", models.CharField(max_length=120))',
        "mediane/ground/correspondence/tests/test_services.py",
    ),
    P(
        "journal: the runtime role",
        "mediane/ground/journal/migrations/0002_security.py",
        '        rls.append_only("journal_entry"),\n',
        "",
        "tests/walls/test_journal_tamper.py -k product_cannot",
    ),
    P(
        "journal: the chain covers the day",
        "mediane/ground/journal/chain.py",
        "on.isoformat(), name",
        "name",
        "tests/walls/test_journal_tamper.py -k one_byte",
    ),
    P(
        "doors: wrong codes are counted",
        "mediane/ground/access/limits.py",
        "    if locked_until is not None and at < locked_until:\n",
        "    if False:\n",
        "mediane/ground/access/tests",
    ),
    P(
        "clocks: told once",
        "mediane/ground/deadlines/notices.py",
        "ON CONFLICT (clock_id, step) DO NOTHING",
        "",
        f"{T}/test_clocks_told.py -k each_once",
    ),
)


def copy_of_the_sources(into: Path) -> None:
    tracked = (
        subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    )
    for name in filter(None, tracked):
        if (ROOT / name).is_file():
            (into / name).parent.mkdir(parents=True, exist_ok=True)
            (into / name).write_bytes((ROOT / name).read_bytes())


def tests_fail(copy: Path, tests: str) -> tuple[bool, str]:
    """Whether a test failed, and its name. Tests that cannot even be collected prove nothing: that is no failure."""
    where, _, words = tests.partition(" -k ")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-x",
        "-p",
        "no:randomly",
        "-p",
        "no:cacheprovider",
        *where.split(),
    ]
    command += ["-k", words.replace("_and_", " and ")] if words else []
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
    failed = [
        line.split(" - ")[0].removeprefix("FAILED ") for line in done.stdout.splitlines() if line.startswith("FAILED ")
    ]
    return done.returncode == 1 and bool(failed), failed[0].rpartition("::")[2] if failed else done.stdout.strip()[
        -200:
    ]


def main(words: list[str]) -> int:
    chosen = [p for p in PROTECTIONS if not words or any(word in p.name for word in words)]
    missed = 0
    with tempfile.TemporaryDirectory(prefix="protections-") as folder:
        copy = Path(folder)
        copy.chmod(0o755)  # the tests' PostgreSQL runs as another account when this is root
        copy_of_the_sources(copy)
        for one in chosen:
            file, began = copy / one.file, time.monotonic()
            text = file.read_text(encoding="utf-8")
            if text.count(one.text) == 0:
                missed += 1
                print(f"GONE   {one.name}: {one.file} does not hold the text any more", flush=True)
                continue
            file.write_text(text.replace(one.text, one.without), encoding="utf-8")
            try:
                failed, which = tests_fail(copy, one.tests)
            finally:
                file.write_text(text, encoding="utf-8")
            missed += not failed
            print(
                f"{'caught' if failed else 'MISSED'} {one.name} ({time.monotonic() - began:.0f} s): {which}", flush=True
            )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
