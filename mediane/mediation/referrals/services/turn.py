"""The frame of a move: lock, reach, workflow, mandate; then one journal entry, clocks, letters; then the worklist's columns.

A service opens a `Turn`, tells what happens in order, and closes it. All of it is one transaction (`use_case`): a process killed at any step leaves
nothing half done, and two people at once queue up on the case's row, the second to be told that the state has changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from mediane.ground.access.services import CaseKeys
from mediane.ground.accounts.actor import Actor
from mediane.ground.accounts.roles import Role
from mediane.ground.correspondence.models import Letter
from mediane.ground.deadlines import services as clocks
from mediane.ground.deadlines.models import Clock, ClockKind, Hand, slot
from mediane.ground.journal import services as journal
from mediane.ground.journal.models import Case
from mediane.ground.rulesets.definitions import definition
from mediane.ground.rulesets.services import Rules
from mediane.kernel.events import publish
from mediane.kernel.moments import paris_day
from mediane.kernel.periods import Period
from mediane.kernel.refusals import Refusal
from mediane.kernel.workflow import Move
from mediane.mediation.referrals.clock_words import is_invitation
from mediane.mediation.referrals.enums import LateReason, Party, State
from mediane.mediation.referrals.events import ReferralMoved
from mediane.mediation.referrals.letters import writing
from mediane.mediation.referrals.models import Conflict, PartyContact, Referral
from mediane.mediation.referrals.policy import ROLE_OF_PARTY, check_reach, party_of
from mediane.mediation.referrals.rules import LAW, bounded
from mediane.mediation.referrals.workflow import LOCKABLE, OPEN, REFERRALS
from mediane.mediation.schemes.models import Mandate
from mediane.mediation.schemes.services import mandate_of

WITH = (
    "body__organisation",
    "trader",
    "mediator__person",
    "designation",
    "charter",
    "claim",
    "subject",
    "assignee",
    "destination",
)


@dataclass
class Turn:
    """One move being made. `on` is the legal day it counts for; `seq` the number of its journal entry, known once `record` ran."""

    referral: Referral
    case: Case
    move: Move
    by: Actor
    at: datetime
    on: date
    rules: Rules
    mandate: Mandate | None = None
    before: str = ""
    seq: int = 0
    letters: list[Letter] = field(default_factory=list)
    running: dict[str, Clock] = field(default_factory=dict)
    late_reason: str = ""
    contacts: dict[str, PartyContact] = field(default_factory=dict)  # both parties', read at the first letter
    written: bool = False  # the referral's row holds all that was said so far

    @cached_property
    def keys(self) -> CaseKeys:
        """The consumer's keys to the case, for all letters of the move."""
        return CaseKeys(self.case, at=self.at)

    # ---- opening ------------------------------------------------------------------------------------------------------------
    @classmethod
    def open(
        cls,
        referral_id: int,
        move: str,
        *,
        by: Actor,
        at: datetime,
        on: date | None = None,
        late_reason: str = "",
        told: bool = False,
    ) -> Turn:
        """Lock the case and check, in this order: reach, workflow, trace, day, mandate. Raises Refusal `not_found`, `not_allowed`, `wrong_state`,
        `locked`, `missing:trace`, `in_future`, `before_case`, `missing:mandate`, `missing:delegation`, `in_conflict`, `not_taken_up`.

        `told`: what the move itself carries (a message, pieces) is the trace of what a party said on paper or on the phone.
        """
        case, referral = reach(referral_id, by, *WITH)
        behalf = ROLE_OF_PARTY[Party(by.on_behalf_of)] if by.on_behalf_of else None
        row = REFERRALS.check(move, referral.state, by.roles, locked=referral.locked, on_behalf=behalf)
        if referral.quiet and Role.SYSTEM in by.roles:
            raise Refusal("not_taken_up")
        if not told:
            need_trace(by)
        day = on or paris_day(at)
        if day > paris_day(at):
            raise Refusal("in_future", on=day)
        if referral.received_on and day < (referral.notified_on or referral.received_on):
            raise Refusal("before_case", on=day)
        turn = cls(
            referral,
            case,
            row,
            by,
            at,
            day,
            Rules.from_snapshot(referral.rules),
            before=referral.state,
            late_reason=late_reason,
        )
        if (
            behalf is None
            and by.roles & {Role.MEDIATOR, Role.DELEGATE}
            and not (by.roles & row.who) - {Role.MEDIATOR, Role.DELEGATE}
        ):
            turn.mandate = mandate_of(by, referral.body_id, paris_day(at))
            check_no_conflict(referral, turn.mandate.person_id)
        turn.running = clocks.running(case.pk)
        return turn

    @property
    def party(self) -> Party:
        """The party that makes this move. Raises Refusal when it is nobody's."""
        party = party_of(self.by)
        if party is None:
            raise Refusal("not_allowed", move=self.move.name)
        return party

    def need(self, thing: str, value: Any) -> Any:
        """`value`, or Refusal `missing:<thing>`."""
        if value in (None, "", [], (), {}):
            raise Refusal(f"missing:{thing}", move=self.move.name)
        return value

    def need_own_mediator(self) -> None:
        """In person: only the mediator of this very case, under a current mandate; one that was renewed takes the place of the former."""
        mediator = self.need("mediator", self.referral.mediator)
        if self.mandate is None or not self.by.person_id == mediator.person_id == self.mandate.person_id:
            raise Refusal("not_allowed", move=self.move.name)
        self.referral.mediator = self.mandate

    def need_day_after(self, day: date | None) -> None:
        """What is recorded cannot have been said before what it answers. Raises Refusal `before_case`."""
        if day is not None and self.on < day:
            raise Refusal("before_case", on=self.on)

    def need_later(self, thing: str, day: date | None, than: date | None = None) -> date:
        """A day to come: after that of the move, or after `than` where that is later still. Raises Refusal `missing:<thing>`, `date_not_after`, which
        names the day that it must come after."""
        wanted: date = self.need(thing, day)
        after = max(than or self.on, self.on)
        if wanted <= after:
            raise Refusal("date_not_after", due_on=after)
        return wanted

    def last_day_to_wait(self, due_on: date, *parties: Party) -> date:
        """The last day on which what these parties say still counts: later by the body's postal margin when one of them is on paper."""
        on_paper = PartyContact.objects.filter(referral=self.referral, party__in=parties, on_paper=True).exists()
        return clocks.day_after(due_on, self.rules.text("postal_margin")) if on_paper else due_on

    def last_day_for(self, party: Party, due_on: date) -> date:
        """The last day for a party's own word: its date, and what the post takes when an officer records it for somebody on paper."""
        return self.last_day_to_wait(due_on, *([party] if self.by.on_behalf_of else []))

    # ---- telling ------------------------------------------------------------------------------------------------------------
    def go(self, state: str | None = None, **columns: Any) -> None:
        """Set the state (None: the row's only target) and columns of the referral; written at `close`."""
        self.written = False
        self.referral.state = REFERRALS.target(self.move, self.before, state)
        for name, value in columns.items():
            setattr(self.referral, name, value)

    def record(self, facts: dict[str, Any] | None = None, personal: dict[str, Any] | None = None) -> int:
        """The move's journal entry: from, to and `facts` in clear, `personal` encrypted. Returns its number."""
        said: dict[str, Any] = {
            "from": self.before,
            "to": self.referral.state,
            "hand": hand_of(self.referral),
        } | _plain(facts or {})
        if self.late_reason:
            said["late_reason"] = self.late_reason
        personal = kept_of(self.by, said, personal)
        entry = journal.record(
            self.case, self.move.name, by=self.by, at=self.at, on=self.on, facts=said, personal=personal
        )
        self.seq = entry.seq
        return self.seq

    def start(
        self,
        kind: str,
        *,
        hand: str,
        rule: str = "",
        period: str = "",
        due_on: date | None = None,
        basis: str = "",
        on: date | None = None,
        warnings: Iterable[date] = (),
        reminders: Iterable[date] = (),
        external: bool = True,
    ) -> Clock:
        """Start a clock under a rule of the case (its period, basis and mark), or for a period or day that a person or a convention fixed."""
        mark = "C"
        if rule:
            period, mark = self.rules.text(rule), definition(rule).mark
            basis = basis or definition(rule).basis
            if rule in LAW:  # a body's rule may tighten the law, never loosen it
                period = str(bounded(rule, on or self.on, Period.parse(period)))
        place, self.written = slot(kind, hand), False
        if place in self.running:
            clocks.stop(self.running.pop(place), on=self.on, reason="replaced", seq=self.seq)
        clock = clocks.start(
            self.case,
            kind,
            on=on or self.on,
            seq=self.seq,
            hand=hand,
            basis=basis,
            mark=mark,
            period="" if due_on else period,
            due_on=due_on,
            rule=f"{rule}, version {self.rules.versions.get(rule) or 'légale'}" if rule else "",
            warn_on=warnings,
            remind_on=reminders,
            external=external,
            responsible_id=self.referral.assignee_id,
        )
        self.running[place] = clock
        return clock

    def stop(self, *kinds: str, hand: str = "", reason: str = "", on: date | None = None) -> None:
        """Stop what runs of these kinds (of one party only where `hand` names it), on the legal day of the move or on the earlier day that ended it."""
        self.written = False
        for place, clock in list(self.running.items()):
            if clock.kind in kinds and hand in ("", clock.hand):
                clocks.stop(
                    self.running.pop(place),
                    on=max(on or self.on, clock.started_on),
                    reason=reason or self.move.name,
                    seq=self.seq,
                    late_reason=self.late_reason,
                )

    def stop_all(self, *, keep: Iterable[str] = ()) -> None:
        self.stop(*({clock.kind for clock in self.running.values()} - set(keep)))

    def check_late(self, kind: str, *, on: date | None = None) -> None:
        """A person who closes a clock after its day says why, by code (LateReason). Raises Refusal `missing:late_reason`."""
        clock = self.running.get(kind)
        if self.late_reason and self.late_reason not in LateReason.values:
            raise Refusal("missing:late_reason", given=self.late_reason)
        if (
            clock
            and (on or self.on) > clock.due_on
            and not self.late_reason
            and Role.SYSTEM not in self.by.roles
            and party_of(self.by) is None
        ):
            raise Refusal("missing:late_reason", clock=kind, due_on=clock.due_on)
        if self.late_reason:
            self.referral.late_reason = self.late_reason

    def letter(self, kind: str, to: Party, **facts: Any) -> Letter:
        """Write and queue one letter of this move. Its text is checked now: a missing statement refuses the whole move."""
        self.contacts = self.contacts or {contact.party: contact for contact in self.referral.contacts.all()}
        letter = writing.queue(
            self.referral,
            kind,
            to,
            at=self.at,
            on=self.on,
            seq=self.seq,
            by=self.by,
            running=self.running,
            rules=self.rules,
            contacts=self.contacts,
            keys=self.keys,
            written=self.letters,
            **facts,
        )
        self.letters.append(letter)
        return letter

    def letter_to_both(self, kind: str, **facts: Any) -> None:
        for party in Party:
            self.letter(kind, party, **facts)

    # ---- closing ------------------------------------------------------------------------------------------------------------
    def write(self, *, new: bool = False) -> None:
        """Write the row with its worklist columns; before `close` only where other rows of the move hang on it."""
        set_worklist(self.referral, self.running)
        self.referral.save(force_insert=new)
        self.written = True

    def close(self) -> Referral:
        """Write the row, unless nothing was said since it was written, and tell who listens. A conflict that was open ends with the case it locked."""
        if self.referral.locked and self.referral.state not in LOCKABLE:
            self.referral.locked = self.written = False
            Conflict.objects.filter(referral=self.referral, ended="").update(ended="case_ended", ended_on=self.on)
        if not self.written:
            self.write()
        publish(
            ReferralMoved(
                referral_id=self.referral.pk,
                body_id=self.referral.body_id,
                on=self.on,
                move=self.move.name,
                before=self.before,
                after=self.referral.state,
            )
        )
        return self.referral


def reach(referral_id: int, by: Actor, *related: str) -> tuple[Case, Referral]:
    """The case, locked, and its referral: how every act on one begins. Raises Refusal `not_found`, as for a case that does not exist."""
    case = journal.lock_case(referral_id)
    referral = Referral.objects.select_related(*related).filter(pk=referral_id).first()
    if referral is None:
        raise Refusal("not_found")
    check_reach(by, referral)
    return case, referral


def need_trace(by: Actor) -> None:
    """Who records for a party keeps the scan of what it sent, or a note of what it said. Raises Refusal `missing:trace`."""
    if by.on_behalf_of and not by.trace:
        raise Refusal("missing:trace")


def kept_of(by: Actor, facts: dict[str, Any], personal: dict[str, Any] | None) -> dict[str, Any] | None:
    """Put the trace of what is recorded in a journal entry: the scans' documents in clear, the note among what is personal."""
    if not by.trace:
        return personal
    if by.trace.scans:
        facts["scans"] = list(by.trace.scans)
    return {**(personal or {}), "note": by.trace.note} if by.trace.note else personal


def check_no_conflict(referral: Referral, person_id: int | None) -> None:
    """A mediator who was replaced over a conflict takes no part in that case any more, nor do those to whom he delegates. Raises Refusal `in_conflict`."""
    if referral.conflict_declared and person_id is not None:
        told = Conflict.objects.filter(referral=referral, mediator__person=person_id, ended="replaced")
        if told.exists():
            raise Refusal("in_conflict")


ACTIONABLE = frozenset(ClockKind.values) - {ClockKind.PREMATURE, ClockKind.RESUMPTION}


def set_worklist(referral: Referral, running: dict[str, Clock]) -> None:
    """Nearest running date and who holds the hand, for the worklist; both empty when nobody has anything to do."""
    awaited = (clock for clock in running.values() if clock.kind in ACTIONABLE and not is_invitation(clock))
    nearest = min(awaited, key=lambda clock: clock.due_on, default=None)
    live = referral.state in OPEN
    referral.due_on = nearest.due_on if nearest and live else None
    referral.due_kind = nearest.kind if nearest and live else ""
    referral.hand = hand_of(referral) if live else ""


def hand_of(referral: Referral) -> str:
    """Whose time it is in this state.

    While the proposal is out it is both parties' until they answered: one word for all, so that nothing betrays the first.
    """
    match referral.state:
        case State.INCOMPLETE | State.PROPOSAL_NOTIFIED:
            return Hand.CONSUMER
        case State.AWAITING_ENTRY | State.IN_EXECUTION:
            return Hand.TRADER
        case _:
            return Hand.MEDIATION


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    """JSON values: days as ISO, enums and decimals as text."""
    return {
        name: value if isinstance(value, int | str | bool | list | dict) or value is None else str(value)
        for name, value in facts.items()
    }
