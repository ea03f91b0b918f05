"""The life of one referral: a plan drawn from a fixed seed, then made move by move at its dates. What would fall after now is left undone, so that open
cases of every age come by themselves."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from mediane.demonstration import post
from mediane.demonstration.stories import FIRST_NAMES, LAST_NAMES, STREETS, TOWNS, Story
from mediane.ground.accounts.actor import Actor, Trace
from mediane.ground.database.scope import as_system
from mediane.ground.deadlines import services as deadlines
from mediane.ground.deadlines.models import Clock, ClockKind
from mediane.ground.documents.models import Document
from mediane.ground.documents.uploads import accept_file
from mediane.kernel.moments import PARIS, paris_day
from mediane.mediation.referrals.enums import Execution, Ground, LateReason, Party, State
from mediane.mediation.referrals.models import Referral
from mediane.mediation.referrals.services import (
    admissibility,
    asking,
    conflicts,
    ending,
    exchange,
    mediation,
    receiving,
    recording,
    solution,
)
from mediane.mediation.referrals.services.admissibility import Piece
from mediane.mediation.schemes.models import Mandate, OtherMediator
from mediane.mediation.traders.models import Trader


class NotYet(Exception):
    """The next thing would happen after now: the case stays where it is."""


@dataclass
class Cast:
    """Who acts in this body."""

    body_id: int
    mediators: list[tuple[Mandate, Actor]]
    delegate: Actor | None
    officers: list[Actor]
    director: Actor | None
    traders: dict[str, Trader]
    firms: dict[str, Actor]
    subjects: dict[tuple[str, str], int]
    other_mediator: OtherMediator


@dataclass
class Life:
    """One case. `at` advances; `step` refuses to pass `now`."""

    cast: Cast
    dice: random.Random
    story: Story
    now: datetime
    at: datetime
    files: Any  # (story, person, day) -> uploads
    referral: Referral | None = None
    mediator: tuple[Mandate, Actor] | None = None
    officer: Actor | None = None
    in_person: bool = False  # the mediator decides alone: the delegate acts for one who is in conflict

    def step(self, days: float = 0, hours: float = 0) -> datetime:
        """Go on by so much, on a working day between nine and six, and never beyond now."""
        if self.referral is not None:
            post.leave(self.referral.pk, now=self.now)
        moment = self.at + timedelta(days=days, hours=hours)
        local = moment.astimezone(PARIS)
        while local.weekday() >= 5:
            local += timedelta(days=1)
        if not 9 <= local.hour < 18:
            local = datetime.combine(local.date(), time(9 + self.dice.randrange(8), self.dice.randrange(60)), PARIS)
        self.at = max(local, self.at)
        if self.at >= self.now:
            raise NotYet
        return self.at

    @property
    def pk(self) -> int:
        assert self.referral is not None
        return self.referral.pk

    @property
    def consumer(self) -> Actor:
        assert self.referral is not None
        return Actor.requester(self.pk, self.cast.body_id, name=self.referral.consumer_name)

    @property
    def firm(self) -> Actor:
        """The trader's correspondent; a firm that has none answers by post, and an officer records it."""
        assert self.referral is not None and self.officer is not None
        known = self.cast.firms.get(self.story.trader)
        return known or self.cast.officers[0].for_party(
            Party.TRADER, Trace(note="Lettre du professionnel, lue et classée.")
        )


def person(dice: random.Random) -> receiving.Person:
    first, gender = dice.choice(FIRST_NAMES)
    last = dice.choice(LAST_NAMES)
    postcode, town = dice.choice(TOWNS)
    paper = dice.random() < 0.16
    plain = "".join(c for c in f"{first}.{last}".lower().replace(" ", "").replace("’", "") if c.isascii()) or "abonne"
    return receiving.Person(
        first_name=first,
        last_name=last,
        gender=gender,
        email="" if paper else f"{plain}{dice.randrange(10, 99)}@courriel.example",
        phone=f"06 39 98 {dice.randrange(10, 99)} {dice.randrange(10, 99)}",
        address=f"{dice.randrange(1, 140)} {dice.choice(STREETS)}",
        postcode=postcode,
        city=town,
        on_paper=paper,
        large_print=paper and dice.random() < 0.2,
    )


def dispute(life: Life, received: date, *, complaint: str) -> receiving.Dispute:
    """`complaint`: "good", "none", "old" (beyond the year), "young" (within two months), "unproven"."""
    story, dice = life.story, life.dice
    ages = {"good": (70, 240), "old": (372, 520), "young": (8, 45), "unproven": (70, 200), "none": (0, 0)}
    low, high = ages[complaint]
    on = received - timedelta(days=dice.randint(low, high)) if high else None
    trader = life.cast.traders[story.trader]
    answered = on + timedelta(days=dice.randint(9, 40)) if on and complaint == "good" and dice.random() < 0.55 else None
    return receiving.Dispute(
        trader_id=trader.pk,
        subject_id=life.cast.subjects[story.subject, ""],
        sub_subject_id=life.cast.subjects[story.subject, story.sub_subject],
        requester_kind="consumer" if dice.random() < 0.96 else "professional",
        summary=story.summary,
        facts=story.facts,
        asked_of_trader=story.asked,
        asked_now=story.asked,
        amount_claimed=Decimal(dice.randrange(story.low * 100, story.high * 100, 50)) / 100,
        complaint_on=on,
        complaint_written=complaint != "none",
        complaint_proof=complaint != "unproven" if complaint != "none" else None,
        complaint_channel="email",
        answered_on=answered,
        answer="refused" if answered else "",
        trader_reply=story.trader_says if answered else "",
        other_mediator=False,
        court=False,
        consumer=replace(person(dice), discreet=dice.random() < 0.04),
        contract_reference=f"{dice.choice(('6A', 'CT', 'FR'))}{dice.randrange(10**9, 10**10)}"
        if dice.random() < 0.8
        else "",
        transfer_consent=dice.random() < 0.7,
    )


PLANS = (
    ("no_complaint", 20),
    ("unproven", 8),
    ("over_one_year", 5),
    ("out_of_scope", 4),
    ("elsewhere", 3),
    ("unfounded", 2),
    ("premature", 9),
    ("redirected", 3),
    ("withdrawn_early", 2),
    ("accepted", 20),
    ("refused_by_trader", 5),
    ("refused_by_consumer", 4),
    ("silent", 4),
    ("direct", 7),
    ("entry_refused", 4),
    ("deemed", 4),
    ("withdrawn", 2),
    ("withdrawn_trader", 1),
    ("court", 1),
    ("extended", 4),
    ("conflict", 1),
    ("objected", 2),
)


def live(life: Life, plan: str) -> None:
    """Make the moves of a plan until it ends or until now."""
    try:
        _receive(life, plan)
        _DECIDE.get(plan, _mediate)(life, plan)
    except NotYet:
        return
    finally:
        if life.referral is not None:
            post.leave(life.referral.pk, now=life.now)


def _receive(life: Life, plan: str) -> None:
    complaint = {"no_complaint": "none", "unproven": "unproven", "over_one_year": "old", "premature": "young"}.get(
        plan, "good"
    )
    dice, cast = life.dice, life.cast
    life.officer = dice.choice(cast.officers)
    life.mediator = dice.choice(cast.mediators)
    at = life.step()
    said = dispute(life, paris_day(at), complaint=complaint)
    files = (
        life.files(life.story, said, paris_day(at))
        if complaint in ("good", "young", "old") or dice.random() < 0.4
        else ()
    )
    if said.consumer.on_paper:
        arrived = paris_day(at) - timedelta(days=dice.choice((0, 0, 1, 2)))
        by = life.officer.for_party(Party.CONSUMER)
        life.referral = receiving.receive(
            cast.body_id,
            said,
            by=by,
            at=at,
            channel=dice.choice(("post", "post", "phone", "counter")),
            on=arrived,
            uploads=files,
        )
    else:
        # the web form: what the public page sends, in one go
        life.referral = receiving.receive(
            cast.body_id, said, by=Actor.public(cast.body_id), at=at, channel="web", uploads=files
        )
    if plan == "withdrawn_early":
        ending.withdraw_early(life.pk, by=life.consumer, at=life.step(days=dice.uniform(1, 6)))
        raise NotYet
    admissibility.take_up(
        life.pk, by=life.officer, at=life.step(days=dice.uniform(0.2, 5)), assignee_id=life.officer.person_id
    )
    if (plan in ("no_complaint", "unproven") and dice.random() < 0.5) or dice.random() < 0.08:
        _ask_pieces(life)


def _ask_pieces(life: Life) -> None:
    at = life.step(days=life.dice.uniform(0.5, 3))
    due = deadlines.day_after(paris_day(at), "10d")
    piece = Piece(
        "Copie de votre réclamation écrite",
        "la loi exige une réclamation écrite préalable",
        "sa date et le nom du professionnel",
        "prior_complaint",
    )
    assert life.officer is not None
    admissibility.ask_documents(life.pk, [piece], due, by=life.officer, at=at)
    if life.dice.random() < 0.5:
        admissibility.complete(
            life.pk, by=life.consumer, at=life.step(days=life.dice.uniform(1, 8)), text="Voici ce que j’ai retrouvé."
        )
    else:
        admissibility.go_on_without(life.pk, by=Actor.system(), at=life.step(days=17))


def _decider(life: Life) -> Actor:
    assert life.mediator is not None
    if life.cast.delegate and not life.in_person and life.dice.random() < 0.6:
        return life.cast.delegate
    return life.mediator[1]


def _clock(life: Life, kind: str) -> Clock | None:
    with as_system():
        return deadlines.running(life.pk).get(kind)


def _late(life: Life, kind: str) -> str:
    clock = _clock(life, kind)
    return LateReason.LATE_DOCUMENTS if clock and paris_day(life.at) > clock.due_on else ""


def _refuse(life: Life, plan: str) -> None:
    ground, reason = {
        "no_complaint": (Ground.NO_PRIOR_COMPLAINT, "Votre dossier ne contient qu’un appel téléphonique."),
        "unproven": (Ground.NO_PRIOR_COMPLAINT, "La lettre dont vous parlez n’est pas au dossier."),
        "over_one_year": (Ground.OVER_ONE_YEAR, "Votre réclamation écrite date de plus d’un an."),
        "out_of_scope": (Ground.OUT_OF_COMPETENCE, "Ce litige porte sur une assurance, que notre charte exclut."),
        "elsewhere": (Ground.OTHER_FORUM, "Vous nous dites avoir saisi un tribunal."),
        "unfounded": (
            Ground.UNFOUNDED_OR_ABUSIVE,
            "La somme demandée vous a déjà été remboursée, comme le montre votre propre pièce.",
        ),
    }[plan]
    at = life.step(days=life.dice.uniform(3, 14))
    letter = (
        {
            "other_forum_name": "le tribunal judiciaire de Belle-Rive",
            "other_forum_reference": f"RG 26/{life.dice.randrange(1000, 9999)}",
        }
        if plan == "elsewhere"
        else {}
    )
    late = _late(life, ClockKind.REJECTION)
    admissibility.refuse(life.pk, ground, reason, by=_decider(life), at=at, letter=letter, late_reason=late)


def _objected(life: Life, plan: str) -> None:
    """The mediator tells a conflict at once and the consumer objects: another takes the case or, where the body is one person, the mission ends."""
    assert life.mediator is not None
    mandate, mediator = life.mediator
    conflicts.declare_conflict(
        life.pk,
        "J’ai conseillé ce professionnel avant mon mandat.",
        "Je comprendrais que vous préfériez un autre médiateur.",
        by=mediator,
        at=life.step(days=1),
    )
    conflicts.object_to(life.pk, by=life.consumer, at=life.step(days=2))
    others = [other for other in life.cast.mediators if other[0].pk != mandate.pk]
    if not others or life.cast.director is None:
        conflicts.end_mission_early(life.pk, by=mediator, at=life.step(days=1))
        return
    life.mediator, life.in_person = others[0], True
    conflicts.replace_mediator(life.pk, others[0][0].pk, by=life.cast.director, at=life.step(days=1))
    _mediate(life, plan)


def _postpone(life: Life, plan: str) -> None:
    at = life.step(days=life.dice.uniform(1, 6))
    with as_system():
        until = admissibility.assess(Referral.objects.get(pk=life.pk)).premature_until
    if until is None or until <= paris_day(at):
        _mediate(life, plan)
        return
    admissibility.postpone(life.pk, until, by=_decider(life), at=at, late_reason=_late(life, ClockKind.REJECTION))
    days = (until - paris_day(at)).days
    admissibility.remind_premature(life.pk, by=Actor.system(), at=life.step(days=days + 0.2))
    if life.dice.random() < 0.5:
        life.referral = receiving.resubmit(
            life.pk,
            "Le professionnel n’a toujours pas répondu.",
            by=life.consumer,
            at=life.step(days=life.dice.uniform(1, 10)),
        )
        assert life.officer is not None
        admissibility.take_up(life.pk, by=life.officer, at=life.step(days=1))
        _mediate(life, "accepted")


def _redirect(life: Life, plan: str) -> None:
    at = life.step(days=life.dice.uniform(2, 9))
    admissibility.redirect(
        life.pk,
        Ground.OUT_OF_COMPETENCE,
        by=_decider(life),
        at=at,
        destination_id=life.cast.other_mediator.pk,
        reason="Votre litige porte sur le réseau lui-même.",
        late_reason=_late(life, ClockKind.REJECTION),
    )


def _mediate(life: Life, plan: str) -> None:
    dice = life.dice
    at = life.step(days=dice.uniform(3, 15))
    assert life.mediator is not None and life.officer is not None
    referral = mediation.notify(
        life.pk, by=_decider(life), at=at, mediator_id=life.mediator[0].pk, late_reason=_late(life, ClockKind.REJECTION)
    )
    if referral.state == State.AWAITING_ENTRY:
        _entry(life, plan)
    with as_system():
        state = Referral.objects.values_list("state", flat=True).get(pk=life.pk)
    if state != State.IN_MEDIATION:
        return
    _exchange(life)
    _after(life, plan)


def _entry(life: Life, plan: str) -> None:
    dice = life.dice
    if plan == "deemed":
        for _n in range(3):
            clock = _clock(life, ClockKind.ENTRY)
            if clock is None:
                return
            life.at = max(life.at, datetime.combine(deadlines.day_after(clock.due_on, "6d"), time(7), PARIS))
            mediation.entry_expires(life.pk, by=Actor.system(), at=life.step())
        return
    if plan == "entry_refused":
        mediation.refuse_entry(
            life.pk, by=life.firm, at=life.step(days=dice.uniform(3, 17)), reason="Nous estimons avoir déjà répondu."
        )
        return
    mediation.accept_entry(life.pk, by=life.firm, at=life.step(days=dice.uniform(2, 18)))


def _exchange(life: Life) -> None:
    """Positions, questions, pieces passed on."""
    dice = life.dice
    assert life.officer is not None and life.mediator is not None
    with as_system():
        pieces = list(Document.objects.filter(case=life.pk, author_party="consumer").values_list("pk", flat=True))
    if pieces and dice.random() < 0.6:
        exchange.transmit(
            life.pk, pieces[:2], "trader", by=life.officer, at=life.step(days=dice.uniform(0.2, 2)), on_request=True
        )
    exchange.send_position(
        life.pk,
        exchange.PositionGiven(
            value=dice.choice(("contests", "contests", "partly", "offers")),
            facts_value=dice.choice(("partly", "no", "yes")),
            facts_text="Nos relevés ne disent pas la même chose : voyez nos explications.",
            claim_text=life.story.trader_says,
        ),
        "both",
        by=life.firm,
        at=life.step(days=dice.uniform(2, 12)),
    )
    exchange.write(
        life.pk,
        "Je maintiens ma demande : rien, dans cette réponse, ne prouve le contraire.",
        "both",
        by=life.consumer,
        at=life.step(days=dice.uniform(1, 8)),
    )
    if dice.random() < 0.35:
        due = deadlines.day_after(paris_day(life.at), "14d")
        asking.ask_observations(
            life.pk,
            dice.choice(("consumer", "trader")),
            ["Pouvez-vous préciser la date exacte des faits ?", "Quelle solution vous paraîtrait juste ?"],
            due,
            by=life.officer,
            at=life.step(days=1),
        )
    if dice.random() < 0.3:
        _ask_for_more(life)
    if dice.random() < 0.5:
        exchange.write(
            life.pk,
            "Pièces lues. La preuve me paraît insuffisante ; à vérifier avant de proposer.",
            "mediator",
            by=life.mediator[1],
            at=life.step(days=dice.uniform(1, 5)),
        )
    if dice.random() < 0.3:
        exchange.write(
            life.pk,
            "Appel de la requérante : elle préfère un remboursement à un avoir.",
            "office",
            by=life.officer,
            at=life.step(days=1),
        )


def _ask_for_more(life: Life) -> None:
    """Two pieces asked of one party, the first of which comes."""
    dice = life.dice
    assert life.officer is not None
    party = dice.choice((Party.CONSUMER, Party.TRADER))
    due = deadlines.day_after(paris_day(life.at), "14d")
    wanted = (
        [
            Piece("La facture du contenu", "elle établit la valeur perdue", "le prix et la date"),
            Piece("Une photo du colis", "elle montre son état"),
        ]
        if party is Party.CONSUMER
        else [
            Piece("La preuve de remise", "elle dit à qui le colis fut remis", "le nom et la signature"),
            Piece("Le relevé de suivi", "il date chaque étape"),
        ]
    )
    asking.ask_pieces(life.pk, party.value, wanted, due, by=life.officer, at=life.step(days=dice.uniform(0.5, 2)))
    if dice.random() < 0.6:
        with as_system():
            first = asking.waiting(Referral.objects.get(pk=life.pk), party)
            piece = next(row for row in first if row.name)
        by = life.consumer if party is Party.CONSUMER else life.firm
        exchange.write(
            life.pk, "Voici ce que nous avons retrouvé.", party.value, by=by, at=life.step(days=2), meets=(piece.pk,)
        )


def _after(life: Life, plan: str) -> None:
    dice = life.dice
    assert life.mediator is not None and life.officer is not None
    mediator = life.mediator[1]
    match plan:
        case "direct":
            agreement = mediation.draw_up_agreement(
                life.pk,
                [
                    {
                        "who": "trader",
                        "what": "verse la somme convenue au consommateur",
                        "amount": str(_granted(life)),
                        "due_on": (paris_day(life.at) + timedelta(days=40)).isoformat(),
                    }
                ],
                by=life.officer,
                at=life.step(days=dice.uniform(4, 15)),
            )
            mediation.confirm_agreement(
                life.pk, agreement.version, by=life.consumer, at=life.step(days=dice.uniform(1, 4))
            )
            _firm_confirms(life, agreement.version)
            mediation.agree_directly(
                life.pk, by=life.officer, at=life.step(hours=3), late_reason=_late(life, ClockKind.MEDIATION)
            )
            _execute(life)
            return
        case "withdrawn":
            ending.withdraw(life.pk, by=life.consumer, at=life.step(days=dice.uniform(2, 20)))
            return
        case "withdrawn_trader":
            ending.withdraw(life.pk, by=life.firm, at=life.step(days=dice.uniform(2, 20)))
            return
        case "court":
            ending.seize_elsewhere(
                life.pk,
                "court",
                "le tribunal judiciaire de Belle-Rive",
                by=mediator,
                at=life.step(days=dice.uniform(5, 20)),
                reference="RG 26/1187",
                learnt_from="trader",
            )
            return
        case "conflict":
            conflicts.declare_conflict(
                life.pk,
                "Une personne de ma famille a travaillé pour ce professionnel.",
                "Je pense pouvoir rester impartial.",
                by=mediator,
                at=life.step(days=1),
            )
            conflicts.lift_conflict(life.pk, by=Actor.system(), at=life.step(days=17))
        case "extended":
            clock = _clock(life, ClockKind.MEDIATION)
            assert clock is not None
            at = life.step(days=dice.uniform(8, 25))
            mediation.extend(
                life.pk,
                clock.due_on + timedelta(days=45),
                "Le litige demande l’avis d’un expert sur la pose.",
                by=mediator,
                at=at,
                next_step="J’attends l’avis de l’expert",
                late_reason=_late(life, ClockKind.MEDIATION),
            )
    _propose(life, plan)


def _firm_confirms(life: Life, version: int) -> None:
    """In its own hand: on its page, or by a signed letter that an officer scans."""
    at = life.step(days=life.dice.uniform(1, 4))
    if not life.firm.on_behalf_of:
        mediation.confirm_agreement(life.pk, version, by=life.firm, at=at)
        return
    assert life.officer is not None
    signed = accept_file(b"Bon pour accord, le service clients.", filename="accord-signe.txt")
    recording.record_for(
        life.pk, Party.TRADER, mediation.confirm_agreement, by=life.officer, at=at, uploads=[signed], version=version
    )


def _granted(life: Life) -> Decimal:
    with as_system():
        claimed = Referral.objects.values_list("amount_claimed", flat=True).get(pk=life.pk) or Decimal(50)
    return (claimed * Decimal(str(life.story.share))).quantize(Decimal(1))


def _propose(life: Life, plan: str) -> None:
    dice, story = life.dice, life.story
    assert life.mediator is not None and life.officer is not None and life.referral is not None
    amount = _granted(life)
    orientation = "trader" if plan == "refused_by_consumer" else story.orientation
    what = (
        f"verse {amount} € à {life.referral.consumer_name}"
        if orientation != "trader"
        else "confirme sa réponse et offre un avoir de 10 €"
    )
    text = solution.Solution(
        facts_agreed=story.facts,
        facts_disputed="Les parties ne s’accordent pas sur la preuve.",
        consumer_position=story.asked,
        trader_position=story.trader_says,
        reasons_law=story.law,
        reasons_equity=story.equity or "Rien, en équité, ne conduit à une autre solution.",
        items=[{"who": "trader", "what": what, "amount": str(amount), "within": "30d"}],
        amount=amount,
        orientation=orientation,
        basis="law" if story.share == 1 else "equity",
    )
    draft = solution.save_proposal(life.pk, text, by=life.officer, at=life.step(days=dice.uniform(5, 25)), version=0)
    if dice.random() < 0.12:
        life.step(days=dice.uniform(20, 60))
    at = life.step(days=dice.uniform(1, 8))
    final = solution.save_proposal(
        life.pk, _dated(text, paris_day(at) + timedelta(days=30)), by=life.mediator[1], at=at, version=draft.version
    )
    solution.propose(life.pk, final.version, by=life.mediator[1], at=at, late_reason=_late(life, ClockKind.MEDIATION))
    consumer = {"refused_by_consumer": "refused", "silent": ""}.get(plan, "accepted")
    trader = "refused" if plan == "refused_by_trader" else "accepted"
    first, second = (
        (("firm", trader), ("consumer", consumer))
        if dice.random() < 0.5
        else (("consumer", consumer), ("firm", trader))
    )
    for who, value in (first, second):
        if value:
            solution.answer(
                life.pk,
                value,
                by=life.firm if who == "firm" else life.consumer,
                at=life.step(days=dice.uniform(2, 12)),
                signatory="Responsable de la relation clients" if who == "firm" else "",
            )
    if not consumer:
        for _n in range(2):
            clock = _clock(life, ClockKind.ACCEPTANCE)
            if clock is None:
                return
            life.at = max(life.at, datetime.combine(deadlines.day_after(clock.due_on, "6d"), time(7), PARIS))
            solution.conclude(life.pk, by=Actor.system(), at=life.step())
        return
    if consumer == trader == "accepted":
        _execute(life)


def _dated(text: solution.Solution, due: date) -> solution.Solution:

    return replace(text, answers_due_on=due)


def _execute(life: Life) -> None:
    dice = life.dice
    assert life.officer is not None
    roll = dice.random()
    if roll < 0.8:
        solution.report_execution(
            life.pk, "yes", by=life.firm, at=life.step(days=dice.uniform(6, 26)), comment="Virement fait."
        )
        solution.report_execution(life.pk, "yes", by=life.consumer, at=life.step(days=dice.uniform(1, 9)))
    elif roll < 0.9:
        solution.report_execution(
            life.pk, "no", by=life.consumer, at=life.step(days=dice.uniform(35, 50)), comment="Je n’ai rien reçu."
        )
        solution.finish(life.pk, Execution.NO, by=life.officer, at=life.step(days=dice.uniform(40, 55)))
    else:
        solution.finish(life.pk, Execution.UNKNOWN, by=life.officer, at=life.step(days=75))


_DECIDE = {
    "no_complaint": _refuse,
    "unproven": _refuse,
    "over_one_year": _refuse,
    "out_of_scope": _refuse,
    "elsewhere": _refuse,
    "unfounded": _refuse,
    "premature": _postpone,
    "redirected": _redirect,
    "objected": _objected,
}
