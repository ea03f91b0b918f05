"""What the requester's pages read of the one case, each once, starting from what the requester may see. Nothing here is decided.

The answer of the other party is not read: only this party's own sealed answer is, and while the proposal is out every date shown to somebody who has
answered is the first one given, so that a reminder to the other moves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from mediane.ground.accounts.actor import Actor
from mediane.ground.correspondence.models import Letter
from mediane.ground.deadlines.models import Clock, ClockKind, slot
from mediane.ground.documents.models import Document
from mediane.ground.ui.clocks import ClockFace
from mediane.ground.ui.formats import date_long, date_short
from mediane.mediation.referrals.enums import Audience, Ground, Outcome, Party, State
from mediane.mediation.referrals.models import (
    Message,
    PieceRequest,
    Proposal,
    Referral,
    ResumptionConsent,
    SealedAnswer,
)
from mediane.mediation.referrals.sentences import Step, next_step
from mediane.mediation.referrals.services.ending import RESUMABLE
from mediane.mediation.referrals.web import faces
from mediane.mediation.referrals.workflow import BEFORE_DECISION, MEDIATING, NOT_MEDIATED, REFERRALS

HEAD = ("body__organisation", "trader", "claim", "mediator__person", "agreement", "notified_dispute", "destination")
MESSAGES_SHOWN = 20
SHOWN_CLOCKS = (
    ClockKind.REJECTION,
    ClockKind.PIECES,
    ClockKind.ENTRY,
    ClockKind.MEDIATION,
    ClockKind.OBSERVATIONS,
    ClockKind.ACCEPTANCE,
    ClockKind.OBJECTION,
    ClockKind.EXECUTION,
    ClockKind.RESUMPTION,
)
RESUMED_BY_CONSENT = frozenset({Outcome.ENTRY_REFUSED, Outcome.PROPOSAL_UNANSWERED, Outcome.WITHDRAWN_CONSUMER})


@dataclass
class Case:
    """The case as its requester may know it, on one day."""

    referral: Referral
    actor: Actor
    today: date
    _read: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def trader_name(self) -> str:
        return self.referral.trader.name if self.referral.trader else self.referral.trader_given

    @property
    def state(self) -> State:
        return State(self.referral.state)

    # ---- clocks ---------------------------------------------------------------------------------------------------------------
    @cached_property
    def clocks(self) -> list[Clock]:
        return list(Clock.objects.filter(case=self.referral.pk).prefetch_related("events").order_by("due_on", "pk"))

    @cached_property
    def running(self) -> dict[str, Clock]:
        return {clock.slot: clock for clock in self.clocks if clock.stopped_on is None}

    def due(self, kind: str) -> date | None:
        """The last day of a running clock, as this party may know it."""
        clock = self.running.get(kind)
        if clock is None:
            return None
        return clock.first_due_on if kind == ClockKind.ACCEPTANCE and self.answered else clock.due_on

    @property
    def faces(self) -> list[ClockFace]:
        return [
            faces.card_face(
                clock,
                self.today,
                due_on=self.due(kind) if kind == ClockKind.ACCEPTANCE and self.answered else None,
                reader=Party.CONSUMER,
            )
            for kind, clock in ((kind, self._shown(kind)) for kind in SHOWN_CLOCKS)
            if clock is not None
        ]

    def _shown(self, kind: str) -> Clock | None:
        """The running clock of a kind that this party reads: of observations, its own."""
        return self.running.get(slot(kind, Party.CONSUMER))

    # ---- where it stands ----------------------------------------------------------------------------------------------------------
    @cached_property
    def step(self) -> Step:
        return next_step(self.referral, Party.CONSUMER, self.running, answered=bool(self.answered))

    @property
    def next_event(self) -> tuple[str, str] | None:
        """(what, when) of the next dated thing, in words; None when no date is to come."""
        due = self.step.due_on
        if due is None or due < self.today:
            return None
        names = {
            State.RECEIVED: _("Décision sur la recevabilité"),
            State.UNDER_REVIEW: _("Décision sur la recevabilité"),
            State.INCOMPLETE: _("Vos pièces"),
            State.PREMATURE: _("Vous pouvez revenir"),
            State.AWAITING_ENTRY: _("Réponse de l’entreprise"),
            State.IN_MEDIATION: _("Vos explications")
            if self.step.hand == Party.CONSUMER
            else _("Issue de la médiation"),
            State.PROPOSAL_NOTIFIED: _("Résultat") if self.answered else _("Votre réponse"),
            State.IN_EXECUTION: _("Exécution de l’accord"),
        }
        what = _("Opposition possible") if "object" in self.moves else names.get(self.state, _("Prochaine date"))
        words = _("à partir du {day}") if self.state == State.PREMATURE else _("au plus tard le {day}")
        return what, words.format(day=date_long(due))

    @property
    def stages(self) -> list[tuple[str, str, str]]:
        """(name, state, sub) of the way: done, here, to come."""
        r = self.referral
        received = (_("Reçue"), "done", date_short(r.received_on) if r.received_on else "")
        if r.state in NOT_MEDIATED:
            over = r.decision_on or r.closed_on
            return [
                received,
                (
                    str(r.get_state_display()),
                    "here",
                    date_short(over) if over else "",
                ),
            ]
        if r.state in BEFORE_DECISION:
            due = self.due(ClockKind.REJECTION)
            here = (_("Recevabilité"), "here", _("au plus tard le {day}").format(day=date_short(due)) if due else "")
            return [received, here, (_("Échanges"), "todo", ""), (_("Solution"), "todo", ""), (_("Fin"), "todo", "")]
        notified = (_("Recevable"), "done", date_short(r.notified_on) if r.notified_on else "")
        order = {
            State.AWAITING_ENTRY: 0,
            State.IN_MEDIATION: 0,
            State.PROPOSAL_NOTIFIED: 1,
            State.IN_EXECUTION: 2,
            State.CLOSED: 3,
        }
        at = order.get(self.state, 3)
        solution_name = _("Accord") if r.agreed_on and not r.proposal_on else _("Proposition")
        solution_on = r.proposal_on or r.agreed_on
        found = [
            (_("Échanges"), _("à deux voix")),
            (
                solution_name if solution_on or at < 2 else _("Sans solution"),
                date_short(solution_on) if solution_on else "",
            ),
            (_("Exécution"), ""),
            (_("Fin"), date_short(r.closed_on) if r.closed_on else ""),
        ]
        if not r.agreed_on:  # nothing to carry out unless there is an agreement
            del found[2]
            at = 2 if at == 3 else at
        if at >= 2 and not solution_on:
            del found[1]
            at = 1
        return [
            received,
            notified,
            *((name, "done" if n < at else "here" if n == at else "todo", sub) for n, (name, sub) in enumerate(found)),
        ]

    # ---- what was said ------------------------------------------------------------------------------------------------------------
    def messages(self, most: int | None = None) -> list[Message]:
        """Newest first, each with the ids of its pieces (`pieces`)."""
        rows = Message.objects.visible_to(self.actor).filter(referral=self.referral.pk).order_by("-sent_at", "-pk")
        return list(
            rows.annotate(
                pieces=ArrayAgg("messagedocument__document", filter=Q(messagedocument__isnull=False), default=None)
            )[:most]
        )

    @cached_property
    def documents(self) -> list[Document]:
        return list(Document.objects.visible_to(self.actor).filter(case_id=self.referral.pk).for_list())

    @property
    def own_documents(self) -> list[Document]:
        return [document for document in self.documents if document.author_party == Party.CONSUMER]

    @property
    def others_documents(self) -> list[Document]:
        return [document for document in self.documents if document.author_party != Party.CONSUMER]

    @cached_property
    def letters(self) -> list[Letter]:
        return list(Letter.objects.visible_to(self.actor).as_read(self.referral.pk))

    def letter(self, *kinds: str) -> Letter | None:
        """The latest letter of one of these kinds, once its PDF is there."""
        return next((letter for letter in reversed(self.letters) if letter.kind in kinds), None)

    # ---- what is asked of this party -------------------------------------------------------------------------------------------
    @cached_property
    def asked(self) -> list[PieceRequest]:
        """All that was ever asked of this party, oldest first."""
        return list(PieceRequest.objects.filter(referral=self.referral.pk, asked_of=Party.CONSUMER).order_by("pk"))

    @cached_property
    def requests(self) -> list[PieceRequest]:
        """Pieces asked to examine the request, not yet there, and still waited for: a date that has passed without them closes the question."""
        clock = self.running.get(ClockKind.PIECES)
        if clock is None or self.state != State.INCOMPLETE:
            return []
        return [row for row in self.asked if row.received_on is None and row.asked_on >= clock.started_on]

    @cached_property
    def wanted(self) -> list[PieceRequest]:
        """What the mediator asks in the exchange and waits for: a late answer is still an answer, until the proposal."""
        if self.state not in (State.AWAITING_ENTRY, State.IN_MEDIATION):
            return []
        since = self.referral.notified_on or date.max
        rows = [row for row in self.asked if row.received_on is None and row.asked_on >= since]
        return sorted(rows, key=lambda row: (row.due_on, row.pk))

    @property
    def met(self) -> list[PieceRequest]:
        """What was asked and is answered, while more may be."""
        if self.state not in (State.INCOMPLETE, State.AWAITING_ENTRY, State.IN_MEDIATION):
            return []
        return [row for row in self.asked if row.received_on is not None]

    @cached_property
    def proposal(self) -> Proposal | None:
        """The last proposal notified, with this party's own answer to it (`own_answer`, `own_answered_on`). The other's is not read."""
        if self.referral.proposal_on is None:
            return None
        own = SealedAnswer.objects.filter(proposal=OuterRef("pk"), party=Party.CONSUMER)
        rows = Proposal.objects.filter(referral=self.referral.pk, notified_on__isnull=False)
        return (
            rows.annotate(
                own_answer=Subquery(own.values("value")[:1]), own_answered_on=Subquery(own.values("answered_on")[:1])
            )
            .order_by("-round")
            .first()
        )

    @property
    def answered(self) -> str:
        """This party's own answer to the live proposal, "" when it has not answered."""
        return getattr(self.proposal, "own_answer", None) or "" if self.proposal else ""

    @property
    def agreement_to_confirm(self) -> Any:
        """Terms of a direct agreement that wait for a hand; None when there are none now."""
        agreement = getattr(self.referral, "agreement", None)
        if agreement is None or not agreement.direct or self.state not in (State.AWAITING_ENTRY, State.IN_MEDIATION):
            return None
        return agreement

    @cached_property
    def consented(self) -> bool:
        """Whether this party already asked to go on, since the last end."""
        ended = self.referral.ended_on
        rows = ResumptionConsent.objects.filter(referral=self.referral.pk, party=Party.CONSUMER)
        return ended is not None and rows.filter(consented_on__gte=ended).exists()

    # ---- what may be done now ------------------------------------------------------------------------------------------------------
    @cached_property
    def moves(self) -> frozenset[str]:
        """Names of the moves that this party may make now: the workflow's, narrowed by what only the case knows."""
        r = self.referral
        allowed = {move.name for move in REFERRALS.available(r.state, self.actor.roles, locked=r.locked)}
        if ClockKind.OBJECTION not in self.running or not r.locked:
            allowed.discard("object")
        if r.state == State.INADMISSIBLE and r.ground != Ground.NO_PRIOR_COMPLAINT:
            allowed.discard("resubmit")
        if self.answered:
            allowed.discard("answer")
        if self.agreement_to_confirm and self.agreement_to_confirm.consumer_confirmed_on is None:
            allowed.add("confirm_agreement")
        until = self.due(ClockKind.RESUMPTION)
        if (
            r.state == State.CLOSED
            and r.outcome in RESUMABLE & RESUMED_BY_CONSENT
            and until is not None
            and self.today <= until
        ):
            allowed.add("resume")
        return frozenset(allowed)

    @property
    def writes_to(self) -> list[tuple[str, str]]:
        """(audience, in words) of what may be written now. To both only while the exchange lasts."""
        alone = (Audience.CONSUMER.value, _("À la médiation seule"))
        if self.state in MEDIATING:
            return [alone, (Audience.BOTH.value, _("À la médiation et à {trader}").format(trader=self.trader_name))]
        return [alone]


def read_case(actor: Actor, today: date) -> Case | None:
    """The case this requester holds; None when there is nothing (any more) for this requester to see."""
    referral = Referral.objects.visible_to(actor).select_related(*HEAD).first()
    return Case(referral, actor, today) if referral is not None else None


def titles(documents: Iterable[Document]) -> dict[int, Document]:
    return {document.pk: document for document in documents}
