"""What the trader's pages read: nothing of the admissibility examination, nothing of the consumer but what the notification told, only its own answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Case, Exists, IntegerField, OuterRef, Q, Subquery, Value, When
from django.utils.translation import gettext as _

from mediane.ground.accounts.actor import Actor
from mediane.ground.accounts.models import Membership
from mediane.ground.accounts.roles import Role
from mediane.ground.deadlines.models import Clock, ClockKind
from mediane.ground.documents.models import Document
from mediane.ground.rulesets.services import Rules
from mediane.mediation.referrals.enums import Audience, Party, State
from mediane.mediation.referrals.models import Message, PieceRequest, Proposal, Referral, SealedAnswer
from mediane.mediation.traders.models import SilenceEffect

COLUMNS = (
    "case_id",
    "body_id",
    "number",
    "state",
    "consumer_name",
    "trader_id",
    "trader__name",
    "notified_on",
    "due_on",
    "due_kind",
    "hand",
    "outcome",
    "execution",
    "locked",
    "proposal_on",
    "extended",
    "agreed_on",
    "ended_on",
    "closed_on",
    "amount_claimed",
    "entry",
    "entered_on",
    "entry_reminded",
    "deemed",
    "trader_given",
    "premature_until",
    "notified_dispute",
)
"""What the trader's pages load of a referral. `consumer_name` is only the fallback of `consumer_shown`, for imported history."""

HELD_BY_ANSWER = (State.AWAITING_ENTRY, State.IN_EXECUTION)


def listed(actor: Actor, *, closed: bool, after: tuple[int, date, int] | None, most: int) -> list[Referral]:
    """Cases, those that wait for this firm first, then by nearest date, over the whole list and not one page of it. Each with `rank`, `near` and
    `answered`. `after`: (rank, near, case) of the last row of the page before."""
    mine = Clock.objects.filter(case=OuterRef("pk"), stopped_on__isnull=True)
    rows = (
        Referral.objects.visible_to(actor)
        .select_related("trader", "notified_dispute")
        .only(*COLUMNS, "notified_dispute__consumer_shown", "notified_dispute__dispute_summary")
        .annotate(
            answered=_answered(),
            near=Subquery(
                mine.exclude(kind=ClockKind.RESUMPTION)
                .exclude(Q(kind=ClockKind.OBSERVATIONS) & ~Q(hand=Party.TRADER))
                .order_by("first_due_on")
                .values("first_due_on")[:1]
            ),
        )
    )
    if closed:
        rows = rows.filter(state=State.CLOSED)
        if after:
            rows = rows.filter(pk__lt=after[2])
        return list(rows.order_by("-case")[:most])
    rows = rows.exclude(state=State.CLOSED).annotate(
        rank=Case(When(_waits(), then=Value(0)), default=Value(1), output_field=IntegerField())
    )
    if after:
        rank, day, pk = after
        later = Q(near__gt=day) | Q(near=day, pk__gt=pk)
        rows = rows.filter(Q(rank__gt=rank) | Q(rank=rank) & later)
    return list(rows.order_by("rank", "near", "case")[:most])


def clocks_of(pks: Iterable[int]) -> dict[int, dict[str, Clock]]:
    """Running clocks by case and slot; of observations, the firm's own alone."""
    found: dict[int, dict[str, Clock]] = {}
    rows = Clock.objects.filter(case__in=list(pks), stopped_on__isnull=True)
    for clock in rows.exclude(Q(kind=ClockKind.OBSERVATIONS) & ~Q(hand=Party.TRADER)):
        found.setdefault(clock.case_id, {})[clock.slot] = clock
    return found


def waiting_count(actor: Actor) -> int:
    """How many cases wait for this firm."""
    return Referral.objects.visible_to(actor).filter(_waits()).count()


def _answered() -> Exists:
    """Whether this firm has answered the last proposal."""
    live = Proposal.objects.filter(referral=OuterRef("referral"), notified_on__isnull=False).order_by("-round")
    own = SealedAnswer.objects.filter(referral=OuterRef("pk"), party=Party.TRADER)
    return Exists(own.filter(proposal=Subquery(live.values("pk")[:1])))


def _waits() -> Q:
    """A case waits for this firm: for its entry, its execution, its answer, or for what it was asked."""
    asked = PieceRequest.objects.filter(
        referral=OuterRef("pk"), asked_of=Party.TRADER, received_on__isnull=True, asked_on__gte=OuterRef("notified_on")
    )
    return (
        Q(state__in=HELD_BY_ANSWER)
        | Q(~_answered(), state=State.PROPOSAL_NOTIFIED)
        | Q(Exists(asked), state=State.IN_MEDIATION)
    )


@dataclass(frozen=True)
class Said:
    """A message as this firm reads it."""

    row: Message
    author: str
    label: str
    pieces: list[Document]


def messages_of(actor: Actor, referral: Referral, documents: Sequence[Document]) -> list[Said]:
    """Newest first, with who wrote, who reads in this reader's words, and the pieces that this firm may open."""
    known = {document.pk: document for document in documents}
    rows = (
        Message.objects.visible_to(actor)
        .filter(referral=referral.pk)
        .select_related("position")
        .annotate(pieces=ArrayAgg("messagedocument__document", filter=Q(messagedocument__isnull=False), default=None))
        .order_by("-sent_at", "-pk")
    )
    return [
        Said(
            row,
            _author(referral, row),
            _readers(referral, row),
            [known[pk] for pk in getattr(row, "pieces", None) or [] if pk in known],
        )
        for row in rows
    ]


def _author(referral: Referral, row: Message) -> str:
    if row.author_party == Party.TRADER:
        return _("Vous")
    return referral.consumer_shown if row.author_party == Party.CONSUMER else _("La médiation")


def _readers(referral: Referral, row: Message) -> str:
    both = row.audience == Audience.BOTH
    if row.author_party == Party.TRADER:
        return (
            _("À la médiation et à {consumer}").format(consumer=referral.consumer_shown)
            if both
            else _("À la médiation seule")
        )
    if row.author_party == Party.CONSUMER:
        return _("À la médiation et à vous")
    return _("À vous et à {consumer}").format(consumer=referral.consumer_shown) if both else _("À vous uniquement")


def colleagues(actor: Actor, day: date) -> list[tuple[str, bool]]:
    """(name, is the reader) of those who act here for the firm."""
    rows = (
        Membership.objects.visible_to(actor)
        .current(day)
        .filter(organisation_id=actor.organisation_id or 0, role=Role.CORRESPONDENT, person__is_active=True)
        .select_related("person")
        .order_by("person__last_name", "person__first_name")
    )
    return [(row.person.full_name, row.person_id == actor.person_id) for row in rows]


def live_proposal(referral: Referral) -> Proposal | None:
    """The last proposal notified, with this firm's own answer to it (`own_answer`). The other's is not read."""
    if referral.proposal_on is None:
        return None
    own = SealedAnswer.objects.filter(proposal=OuterRef("pk"), party=Party.TRADER)
    rows = Proposal.objects.filter(referral=referral.pk, notified_on__isnull=False)
    return rows.annotate(own_answer=Subquery(own.values("value")[:1])).order_by("-round").first()


def silence(referral: Referral, due_on: date | None) -> tuple[SilenceEffect, str] | None:
    """(effect, under which rule) of the firm's silence on entering mediation."""
    if referral.state != State.AWAITING_ENTRY or due_on is None:
        return None
    designation = referral.designation
    if designation is None:
        return SilenceEffect(Rules.from_snapshot(referral.rules).text("trader_silence_effect")), ""
    effect = SilenceEffect(designation.silence_effect)
    if effect is SilenceEffect.REMIND and referral.entry_reminded:
        effect = SilenceEffect.REFUSAL  # the second date, after the one reminder
    return effect, designation.version
