"""Reads shaped for a screen. Each starts from `visible_to(actor)`, runs under `acting(actor)`, and costs the same number of statements for 5 rows or 50."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection
from django.db.models import F, Func, Prefetch, Q, Value
from django.db.models.functions import Lower

from mediane.ground.accounts.actor import Actor
from mediane.ground.correspondence.models import Letter
from mediane.ground.deadlines.models import Clock
from mediane.ground.documents.models import Document
from mediane.ground.journal.models import Entry
from mediane.mediation.referrals.enums import State
from mediane.mediation.referrals.models import Message, PartyContact, Referral
from mediane.mediation.referrals.workflow import OPEN

QUEUES: dict[str, tuple[str, ...]] = {
    "all": tuple(sorted(OPEN)),
    "admissibility": (State.RECEIVED, State.INCOMPLETE, State.UNDER_REVIEW),
    "entry": (State.AWAITING_ENTRY,),
    "mediation": (State.IN_MEDIATION,),
    "answers": (State.PROPOSAL_NOTIFIED,),
    "execution": (State.IN_EXECUTION,),
}
CAP = 1000
PAGE = 18  # rows of a page: the worklist stays under 40 kB


@dataclass(frozen=True)
class WorkFilter:
    """What the address says: queue, whose, from whom, text. Unknown values are ignored, never an error."""

    queue: str = "all"
    who: str = "me"  # me, none, team
    hand: str = ""
    trader: int | None = None
    text: str = ""
    after: tuple[date, int] | None = None  # keyset: last row of the page before


@dataclass(frozen=True)
class WorkPage:
    rows: list[Referral]
    clocks: dict[int, Clock]
    counts: dict[str, int]
    late: dict[str, int]
    more: bool


def _whose(rows: Any, work: WorkFilter, actor: Actor) -> Any:
    if work.who == "me":
        return rows.filter(Q(assignee=actor.person_id))
    if work.who == "none":
        return rows.filter(assignee__isnull=True)
    return rows


def worklist(actor: Actor, work: WorkFilter, today: date) -> WorkPage:
    """One list by nearest date, with counters by queue (capped at a thousand) and the clock of each row. Three statements."""
    base = _whose(Referral.objects.visible_to(actor).open(), work, actor)
    rows = base.filter(state__in=QUEUES.get(work.queue, QUEUES["all"]))
    if work.hand:
        rows = rows.filter(hand=work.hand)
    if work.trader:
        rows = rows.filter(trader=work.trader)
    if work.after:
        day, pk = work.after
        rows = rows.filter(Q(due_on__gt=day) | Q(due_on=day, case__gt=pk))
    page = list(
        rows.select_related("trader", "claim", "assignee", "mediator__person")
        .defer(
            "rules",
            "claim__facts",
            "claim__asked_of_trader",
            "claim__trader_reply",
            "claim__draft",
            "claim__other_proceedings",
        )
        .order_by("due_on", "case")[: PAGE + 1]
    )
    clocks = {
        (clock.case_id, clock.kind): clock
        for clock in Clock.objects.filter(case__in=[row.pk for row in page], stopped_on__isnull=True)
    }
    counts, late = _counts(base, today)
    return WorkPage(
        rows=page[:PAGE],
        clocks={row.pk: clocks[row.pk, row.due_kind] for row in page if (row.pk, row.due_kind) in clocks},
        counts=counts,
        late=late,
        more=len(page) > PAGE,
    )


def _counts(base: Any, today: date) -> tuple[dict[str, int], dict[str, int]]:
    """Counters by queue and how many are late, each capped so that a full archive costs what an empty one does. One statement."""
    parts, params = [], []
    for name, states in QUEUES.items():
        for kind, rows in (
            ("all", base.filter(state__in=states)),
            ("late", base.filter(state__in=states, due_on__lt=today)),
        ):
            sql, args = rows.order_by().values("pk")[:CAP].query.sql_with_params()
            parts.append(f"SELECT '{name}:{kind}' AS what, count(*) AS n FROM ({sql}) AS capped")  # noqa: S608 (names are ours, values are parameters)
            params += args
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        found = dict(cursor.fetchall())
    return ({name: found[f"{name}:all"] for name in QUEUES}, {name: found[f"{name}:late"] for name in QUEUES})


def find(
    actor: Actor,
    text: str,
    *,
    states: Sequence[str] = (),
    trader: int | None = None,
    after: int | None = None,
    limit: int = PAGE,
) -> list[Referral]:
    """All cases one may see, newest first, by number or by name (typing without accents forgiven). Keyset on the case."""
    rows = Referral.objects.visible_to(actor)
    if states:
        rows = rows.filter(state__in=states)
    if trader:
        rows = rows.filter(trader=trader)
    text = " ".join(text.split())[:200]
    if text:
        folded = Func(Lower(Value(text)), function="f_unaccent")
        if any(character.isdigit() for character in text):
            rows = rows.filter(Q(number__iexact=text) | Q(number__endswith=text))
        else:
            rows = rows.annotate(
                folded=Func(Lower(F("consumer_name")), function="f_unaccent"),
                firm=Func(Lower(F("trader__name")), function="f_unaccent"),
            )
            rows = rows.filter(Q(folded__contains=folded) | Q(firm__contains=folded))
    if after:
        rows = rows.filter(pk__lt=after)
    return list(
        rows.select_related("trader", "claim").defer("rules", "claim__facts", "claim__draft").order_by("-case")[:limit]
    )


@dataclass(frozen=True)
class CasePage:
    """Everything the referral page shows, read in eight statements."""

    referral: Referral
    contacts: dict[str, PartyContact]
    clocks: list[Clock]
    entries: list[Entry]
    messages: list[Message]
    documents: list[Document]
    letters: list[Letter]
    running: dict[str, Clock] = field(default_factory=dict)

    @property
    def hands(self) -> list[tuple[date, str]]:
        """(day, who held the hand from then on), as the journal's moves say."""
        return [(entry.on, entry.facts["hand"]) for entry in self.entries if entry.facts.get("hand")]


HEAD = (
    "body__organisation", "trader", "claim", "subject", "sub_subject", "business_line", "assignee", "mediator__person", "designation", "charter", "agreement",
    "notified_dispute", "previous", "destination",
)  # fmt: skip


def case_page(actor: Actor, referral_id: int) -> CasePage | None:
    """The case as this person may see it; None when it is not theirs to see."""
    referral = (
        Referral.objects.visible_to(actor)
        .select_related(*HEAD)
        .prefetch_related(Prefetch("contacts", queryset=PartyContact.objects.order_by("party")))
        .filter(pk=referral_id)
        .first()
    )
    if referral is None:
        return None
    clocks = list(Clock.objects.filter(case=referral_id).prefetch_related("events").order_by("due_on", "pk"))
    return CasePage(
        referral=referral,
        contacts={contact.party: contact for contact in referral.contacts.all()},
        clocks=clocks,
        entries=list(
            Entry.objects.filter(case=referral_id).select_related("person").defer("personal", "digest").order_by("seq")
        ),
        messages=list(
            Message.objects.visible_to(actor)
            .filter(referral=referral_id)
            .annotate(pieces=ArrayAgg("messagedocument__document", filter=Q(messagedocument__isnull=False)))
            .order_by("-sent_at", "-pk")
        ),
        documents=list(Document.objects.visible_to(actor).filter(case_id=referral_id).for_list()),
        letters=list(Letter.objects.filter(case=referral_id).defer("inputs", "paper", "statements").order_by("-pk")),
        running={clock.kind: clock for clock in clocks if clock.stopped_on is None},
    )


def late_without_reason(referral: Referral, clocks: Sequence[Clock]) -> bool:
    """Closed late by somebody's act, and nobody said why yet."""
    if referral.late_reason or referral.state not in (State.CLOSED, State.IN_EXECUTION, State.PROPOSAL_NOTIFIED):
        return False
    return any(clock.kind == "mediation" and clock.stopped_on and clock.stopped_on > clock.due_on for clock in clocks)


def seen_by_party(documents: Sequence[Document], party: str) -> list[Document]:
    """Of these pieces, those the party reads."""
    return [
        document
        for document in documents
        if document.withdrawn_at is None and (document.audience in (party, "both") or document.author_party == party)
    ]


def messages_for(messages: Sequence[Message], party: str) -> list[Message]:
    return [message for message in messages if message.audience in (party, "both")]


def soon(today: date) -> date:
    """The end of « cette semaine » in the worklist."""
    return today + timedelta(days=7)
