"""Reads shaped for a screen. Each starts from `visible_to(actor)`, runs under `acting(actor)`, and costs the same number of statements for 5 rows or 50."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import astuple, dataclass, field
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection
from django.db.models import Count as CountOf
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Concat

from mediane.ground.accounts.actor import Actor
from mediane.ground.accounts.roles import Role
from mediane.ground.correspondence.models import Letter
from mediane.ground.deadlines.models import Clock
from mediane.ground.documents.models import Document
from mediane.ground.journal.models import Entry
from mediane.mediation.referrals.enums import Queue, State
from mediane.mediation.referrals.models import Message, NameWord, PartyContact, Referral
from mediane.mediation.referrals.querysets import ReferralQuerySet
from mediane.mediation.referrals.workflow import REFERRALS
from mediane.mediation.schemes.models import Mandate
from mediane.mediation.traders.services import find_traders

QUEUES = ("all", *Queue.values)
CAP = 1000
PAGE = 16  # rows of a page: the worklist stays under 40 kB


@dataclass(frozen=True)
class WorkFilter:
    """What the address says. Unknown values are ignored, never an error."""

    queue: str = "all"
    who: str = "me"  # me, none, team
    hand: str = ""
    states: tuple[str, ...] = ()
    trader: int | None = None
    least: int | None = None  # euros asked, at least
    after: tuple[date, int] | None = None  # keyset: last row of the page before


@dataclass(frozen=True)
class Count:
    """Of a queue: how many, of which late, of which due this week. Each stops at `CAP`."""

    all: int = 0
    late: int = 0
    week: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(*(min(CAP, mine + theirs) for mine, theirs in zip(astuple(self), astuple(other), strict=True)))


@dataclass(frozen=True)
class WorkPage:
    rows: list[Referral]
    clocks: dict[int, Clock]
    counts: dict[str, Count]
    more: bool


def _branches(actor: Actor, who: str, today: date) -> list[ReferralQuerySet]:
    """The files that `who` means, as sets that may overlap, each of which an index gives in order of its dates.

    Mine: assigned to me; as a mediator, under my mandates; as one who may decide on admissibility, what waits for that decision; as the
    management, what is locked until it names another mediator.
    """
    rows = Referral.objects.visible_to(actor)
    if who == "none":
        return [rows.filter(assignee__isnull=True)]
    if who != "me":
        return [rows]
    mine = [rows.filter(assignee=actor.person_id)]
    if Role.MEDIATOR in actor.roles:
        held = Mandate.objects.filter(body=actor.organisation_id, person=actor.person_id, starts_on__lte=today)
        mine += [
            rows.filter(mediator=mandate) for mandate in held.order_by("-starts_on").values_list("pk", flat=True)[:4]
        ]
    if actor.roles & REFERRALS.by_name["notify"].who:
        mine.append(rows.filter(state=State.UNDER_REVIEW, mediator__isnull=True))
    if actor.roles & REFERRALS.by_name["replace_mediator"].who:
        mine.append(rows.filter(locked=True))
    return mine


def _nearest(branches: Sequence[ReferralQuerySet], queues: Sequence[str], most: int) -> Any:
    """(day, case) of the `most` nearest of these sets. Each queue of each set is one short walk along an index; what is in two counts once."""
    parts = [
        rows.filter(queue=queue).order_by("due_on", "case").values_list("due_on", "case")[:most]
        for rows in branches
        for queue in queues
    ]
    return parts[0].union(*parts[1:]).order_by("due_on", "case")[:most] if len(parts) > 1 else parts[0]


def worklist(actor: Actor, work: WorkFilter, today: date) -> WorkPage:
    """One list by nearest date, with counters by queue and the clock of each row. Five statements, whatever the archive holds."""
    branches = _branches(actor, work.who, today)
    wanted = Q()
    if work.hand:
        wanted &= Q(hand=work.hand)
    if work.states:
        wanted &= Q(state__in=work.states)
    if work.trader:
        wanted &= Q(trader=work.trader)
    if work.least is not None:
        wanted &= Q(amount_claimed__gte=work.least)
    if work.after:
        day, pk = work.after
        wanted &= Q(due_on__gte=day) & (Q(due_on__gt=day) | Q(due_on=day, case__gt=pk))
    queues = Queue.values if work.queue == "all" else [work.queue]
    found = list(_nearest([rows.filter(wanted) for rows in branches], queues, PAGE + 1))
    keys = [key for _day, key in found[:PAGE]]
    rows = (
        Referral.objects.visible_to(actor)
        .select_related("trader", "claim", "assignee", "mediator__person")
        .defer(
            "rules",
            "claim__facts",
            "claim__asked_of_trader",
            "claim__trader_reply",
            "claim__draft",
            "claim__other_proceedings",
        )
        .in_bulk(keys)
    )
    clocks = {
        (clock.case_id, clock.kind): clock
        for clock in Clock.objects.filter(case__in=keys, stopped_on__isnull=True).order_by("-due_on", "-pk")
    }
    return WorkPage(
        rows=[rows[key] for key in keys if key in rows],
        clocks={key: clocks[key, row.due_kind] for key, row in rows.items() if (key, row.due_kind) in clocks},
        counts=_counts(branches, today),
        more=len(found) > PAGE,
    )


def _counts(branches: Sequence[ReferralQuerySet], today: date) -> dict[str, Count]:
    """Counters by queue, each over its nearest thousand, so that a full archive costs what an empty one does. One statement."""
    parts: list[str] = []
    params: list[Any] = []
    for queue in Queue.values:
        sql, args = _nearest(branches, [queue], CAP).query.sql_with_params()
        parts.append(  # Django wrote the inner statement, values are parameters
            "SELECT %s, count(*), count(*) FILTER (WHERE due_on < %s), count(*) FILTER (WHERE due_on BETWEEN %s AND %s) "  # noqa: S608
            f"FROM ({sql}) AS nearest(due_on, case_id)"
        )
        params += [queue, today, today, soon(today), *args]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        counts = {queue: Count(*figures) for queue, *figures in cursor.fetchall()}
    return {"all": sum(counts.values(), Count())} | counts


MOST_WORDS, MOST_FIRMS, FEW = 6, 20, 5000
LAST = "\U0010ffff"  # after whatever a word may go on with


def find(
    actor: Actor,
    text: str,
    *,
    states: Sequence[str] = (),
    trader: int | None = None,
    after: int | None = None,
    limit: int = PAGE,
) -> list[Referral]:
    """All cases one may see, newest first: by whole number, by the beginnings of the consumer's names and the end of the number (every word typed must
    match, accents forgiven), by the firm's name, alias or SIREN. Keyset on the case."""
    rows = Referral.objects.visible_to(actor)
    if states:
        rows = rows.filter(state__in=states)
    if trader:
        rows = rows.filter(trader=trader)
    if after:
        rows = rows.filter(pk__lt=after)
    text = " ".join(text.split())[:200]
    if text:
        rows = rows.filter(pk__in=_looked_for(actor, rows, text, limit, after, narrowed=bool(states or trader)))
    return list(
        rows.select_related("trader", "claim").defer("rules", "claim__facts", "claim__draft").order_by("-case")[:limit]
    )


def _looked_for(
    actor: Actor, rows: ReferralQuerySet, text: str, limit: int, after: int | None, *, narrowed: bool
) -> list[int]:
    """The newest of these rows that the text means. Number, names and firms are each one walk along an index, never one condition for all."""
    if any(character.isdigit() for character in text):
        whole = (
            rows.filter(number__in={text, text.upper(), text.lower()}).order_by("-case").values_list("pk", flat=True)
        )
        if found := list(whole[:limit]):
            return found
    named = NameWord.objects.filter(body=actor.organisation_id).order_by()
    if after:
        named = named.filter(referral__lt=after)
    if narrowed:  # else nothing of the case itself is asked, and its rows are not read for all that match
        named = named.filter(referral__in=rows.order_by())
    found = _newest_named(named, _folded_words(text), limit)
    if firms := [firm.pk for firm in find_traders(actor.organisation_id or 0, text, limit=MOST_FIRMS, former=True)]:
        found += rows.filter(trader__in=firms).order_by("-case").values_list("pk", flat=True)[:limit]
    return found


def _folded_words(text: str) -> list[str]:
    """As the database folds them (`name_words`), the longest first; a civility is no word."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word FROM name_words(%s) AS word ORDER BY length(word) DESC, word LIMIT %s", [text, MOST_WORDS]
        )
        return [word for (word,) in cursor.fetchall()]


def _newest_named(named: QuerySet[NameWord], words: Sequence[str], limit: int) -> list[int]:
    """The newest of these cases with a word that begins so, for each of these. Two statements.

    What few cases have is read whole and sorted; what many have is soon met on the way back from the newest case.
    """
    if not words:
        return []
    few = [named.filter(begins(word))[:FEW].annotate(sought=Value(word)) for word in words]
    counts = Counter(few[0].union(*few[1:], all=True).values_list("sought", flat=True))
    rarest, *others = sorted(words, key=lambda word: counts[word])
    if not counts[rarest]:
        return []
    if counts[rarest] < FEW:
        found = named.filter(begins(rarest))
    else:  # the same condition in a form that no index of words serves
        found = named.annotate(spelled=Concat("word", Value(""))).filter(begins(rarest, "spelled"))
    for word in others:
        beside = NameWord.objects.filter(begins(word), body=OuterRef("body"), referral=OuterRef("referral"))
        found = found.filter(Exists(beside))
    return list(found.order_by("-referral").values_list("referral", flat=True).distinct()[:limit])


def begins(word: str, column: str = "word") -> Q:
    """A word that begins so; a single letter is the whole of one, since every tenth name begins with it."""
    return Q(**{column: word}) if len(word) == 1 else Q(**{f"{column}__gte": word, f"{column}__lt": word + LAST})


@dataclass(frozen=True)
class CasePage:
    """Everything the referral page shows, read in eight statements at most."""

    referral: Referral
    contacts: dict[str, PartyContact]
    clocks: list[Clock]
    entries: list[Entry]
    messages: list[Message]
    documents: list[Document]
    letters: list[Letter]
    running: dict[str, Clock] = field(default_factory=dict)
    message_count: int = 0
    letter_count: int = 0

    @property
    def hands(self) -> list[tuple[date, str]]:
        """(day, who held the hand from then on), as the journal's moves say."""
        return [(entry.on, entry.facts["hand"]) for entry in self.entries if entry.facts.get("hand")]


HEAD = (
    "body__organisation", "trader", "claim", "subject", "sub_subject", "business_line", "assignee", "mediator__person", "designation", "charter", "agreement",
    "notified_dispute", "previous", "destination",
)  # fmt: skip


def case_page(actor: Actor, referral_id: int, *, without: Collection[str] = ()) -> CasePage | None:
    """The case as this person may see it; None when it is not theirs to see.

    `without`: what a page does not show and so does not read: `story` (how the clocks came to their dates), `contacts`, `exchange` (messages and
    letters, whose numbers alone are then known).
    """
    written = Message.objects.visible_to(actor).filter(referral=OuterRef("pk")).order_by()
    sent = Letter.objects.filter(case=OuterRef("pk")).order_by()
    rows = (
        Referral.objects.visible_to(actor)
        .select_related(*HEAD)
        .filter(pk=referral_id)
        .annotate(
            messages_read=Coalesce(Subquery(written.values("referral").annotate(n=CountOf("*")).values("n")), 0),
            letters_sent=Coalesce(Subquery(sent.values("case").annotate(n=CountOf("*")).values("n")), 0),
        )
    )
    if "contacts" not in without:
        rows = rows.prefetch_related(Prefetch("contacts", queryset=PartyContact.objects.order_by("party")))
    referral = rows.first()
    if referral is None:
        return None
    stopped = Clock.objects.filter(case=referral_id).order_by("due_on", "pk")
    clocks = list(stopped if "story" in without else stopped.prefetch_related("events"))
    exchange = "exchange" not in without
    return CasePage(
        referral=referral,
        contacts={} if "contacts" in without else {contact.party: contact for contact in referral.contacts.all()},
        clocks=clocks,
        entries=list(Entry.objects.filter(case=referral_id).select_related("person").defer("personal").order_by("seq")),
        messages=list(
            Message.objects.visible_to(actor)
            .filter(referral=referral_id)
            .annotate(pieces=ArrayAgg("messagedocument__document", filter=Q(messagedocument__isnull=False)))
            .order_by("-sent_at", "-pk")
        )
        if exchange
        else [],
        documents=list(Document.objects.visible_to(actor).filter(case_id=referral_id).for_list()),
        letters=list(Letter.objects.filter(case=referral_id).defer("inputs", "paper", "statements").order_by("-pk"))
        if exchange
        else [],
        running={clock.slot: clock for clock in clocks if clock.stopped_on is None},
        message_count=referral.messages_read,
        letter_count=referral.letters_sent,
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
