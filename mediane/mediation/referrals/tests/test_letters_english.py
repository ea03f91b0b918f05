"""A reader who asked for English gets English: no French is left in a letter but names, addresses and the few terms of French law that are quoted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from mediane.ground.correspondence.dispatch import compose_email
from mediane.ground.correspondence.frames import Sample
from mediane.ground.correspondence.kinds import LetterKind, languages_of
from mediane.ground.correspondence.models import Letter
from mediane.ground.correspondence.paper import compose
from mediane.ground.correspondence.rendering import render
from mediane.kernel.french import MONTHS, WEEKDAYS
from mediane.mediation.referrals.enums import Ground, Party
from mediane.mediation.referrals.letters import KINDS
from mediane.mediation.referrals.letters.samples import samples_of
from mediane.mediation.referrals.letters.samples.book import LONG_FIRM
from mediane.mediation.referrals.models import PartyContact, Referral
from mediane.mediation.referrals.services import (
    admissibility,
    asking,
    conflicts,
    ending,
    mediation,
    receiving,
    solution,
)
from mediane.mediation.referrals.services.admissibility import Piece
from mediane.mediation.referrals.tests import factories as f
from mediane.mediation.referrals.tests.factories import AT, later

# Words without which no French sentence of a letter stands, less those that are English too (« on », « or », « an », « me », « date », « accord »).
FUNCTION_WORDS = {
    word
    for line in (
        "le la les de des du une et ou où est sont être dans pour par sur avec sans sous que qui quoi dont vous votre vos nous notre nos je",
        "mon ma mes son sa ses leur leurs au aux ce cet cette ces ne pas plus il elle ils elles un deux trois quatre cinq jour jours mois ans",
        "si selon dès puis aussi vers réponse société entreprise médiateur médiatrice professionnel consommateur consommateurs charte",
        "convention tribunal réclamation réclamations demande dossier lettre pièce pièces madame monsieur",
    )
    for word in line.split()
} | ({*MONTHS, *WEEKDAYS} - {"mars"})
QUOTED = ("conciliateur de justice", "point-justice", "“forclusion”")
"""Terms of French law that an English reader must know by their French name: always beside their English one."""


def leftovers(text: str, *names: str) -> set[str]:
    """French words of a text, once names and quoted terms are taken out."""
    for name in sorted((*QUOTED, *names), key=len, reverse=True):
        if name:
            text = text.replace(name, " ")
    text = re.sub(r"\S*(@|://|\w\.(?:example|test)|\blocalhost)\S*", " ", text)
    words = re.findall(r"[^\W\d_]+", text.lower().replace("’", " "))
    return {word for word in words if word in FUNCTION_WORDS or re.search("[àâçèéêëîïôùûœ]", word)}


def words_of(thing: Any) -> Iterator[str]:
    """Every text that a paper prints, addresses and drawings aside."""
    if isinstance(thing, dict):
        for key, value in thing.items():
            if key not in (
                "address",
                "lines",
                "name",
                "logo",
                "image",
                "lang",
                "region",
                "kind",
                "reply_to",
                "url",
                "a",
                "t",
            ):
                yield from words_of(value)
    elif isinstance(thing, list | tuple):
        for each in thing:
            yield from words_of(each)
    elif isinstance(thing, str):
        yield thing.replace("\u00a0", " ").replace("\u202f", " ")


def paper_of(kind: LetterKind, sample: Sample, language: str) -> str:
    rendered = render(
        kind,
        sample.audience,
        sample.context,
        sample.sender,
        addressee_gender=sample.addressee.gender,
        language=language,
    )
    paper = compose(
        rendered,
        sender=sample.sender,
        addressee=sample.addressee,
        written_on=date(2026, 11, 23),
        case_number=sample.context.case_number,
        follow_up_url=sample.context.follow_up_url,
        layout=kind.layout,
    )
    return "\n".join([rendered.subject, rendered.sms, *words_of(paper)])


def names_of(sample: Sample) -> tuple[str, ...]:
    sender, to = sample.sender, sample.addressee
    facts = [str(v) for k, v in vars(sample.context).items() if k.endswith(("name", "address", "mediator"))]
    return (
        *(sender.body_name, sender.mediator_name, sender.signatory_name, sender.contact_name, *sender.postal_lines),
        *(", ".join(sender.postal_lines), to.name, to.last_name, LONG_FIRM, *facts),
    )


def every_sample(language: str) -> Iterator[Any]:
    for kind in KINDS:
        for n, sample in enumerate(samples_of(kind.code, language)):
            yield pytest.param(kind, sample, id=f"{kind.code}-{sample.audience}-{n}")


def test_every_kind_is_written_in_english() -> None:
    assert {kind.code for kind in KINDS if languages_of(kind) != ["fr", "en"]} == set()


@pytest.mark.parametrize(("kind", "sample"), every_sample("en"))
def test_no_french_is_left_in_an_english_letter(kind: LetterKind, sample: Sample) -> None:
    assert leftovers(paper_of(kind, sample, "en"), *names_of(sample)) == set()


@pytest.mark.parametrize(("kind", "sample"), every_sample("fr"))
def test_the_search_finds_french_where_it_is(kind: LetterKind, sample: Sample) -> None:
    """Else the test above could not fail: paragraph by paragraph, the French letters are recognised as French."""
    paper = paper_of(kind, sample, "fr")
    paragraphs = [text for text in paper.split("\n") if len(re.findall(r"[^\W\d_]{2,}", text)) > 6]
    missed = [text for text in paragraphs if not leftovers(text) and LONG_FIRM not in text and "BP 40" not in text]
    assert paragraphs
    assert missed == []


# ---- letters that the services write --------------------------------------------------------------------------------------------

ENGLISH = {
    "summary": "Parcel never received",
    "facts": "The tracking says that it was handed over.",
    "asked_of_trader": "A refund.",
    "asked_now": "A refund of 412 euros.",
    "consumer": receiving.Person(
        last_name="Roussel", first_name="Camille", gender="f", email="camille.roussel@example.test", address="14 rue des Tilleuls",
        postcode="44000", city="Nantes", language="en",
    ),
}  # fmt: skip
SOLUTION = {
    "facts_agreed": "The parcel was handed over on 20 June.",
    "facts_disputed": "Whether the keeper received it.",
    "consumer_position": "Ms Roussel received nothing.",
    "trader_position": "Bleuet says that the keeper has it.",
    "reasons_law": "The carrier must prove delivery.",
    "reasons_equity": "The invoice shows the value.",
    "items": [{"who": "trader", "what": "refunds 210 euros", "amount": "210.00", "within": "1m"}],
}


def read_in_english(referral: Referral) -> None:
    """From now on both parties read English."""
    PartyContact.objects.filter(referral=referral).update(language="en")


def begun(w: f.World) -> Referral:
    return f.under_review(w, **ENGLISH)


def mediated(w: f.World) -> Referral:
    referral = f.in_mediation(w, **ENGLISH)
    read_in_english(referral)
    return referral


def ask(w: f.World) -> Referral:
    referral = begun(w)
    admissibility.ask_documents(
        referral.pk,
        [Piece("A copy", "the law requires it", "", "prior_complaint")],
        date(2026, 9, 10),
        by=w.officer,
        at=AT,
    )
    return referral


def refuse(ground: Ground) -> Any:
    def act(w: f.World) -> Referral:
        if ground == Ground.NO_PRIOR_COMPLAINT:
            w.trader.complaint_address = ""
            w.trader.save()
        referral = begun(w)
        letter = {"other_forum_name": "the court of Nantes"} if ground == Ground.OTHER_FORUM else {}
        admissibility.refuse(referral.pk, ground, "The reason, in plain words.", by=w.mediator, at=AT, letter=letter)
        return referral

    return act


def too_early(w: f.World) -> Referral:
    referral = f.under_review(w, **ENGLISH | {"complaint_on": date(2026, 8, 20)})
    admissibility.postpone(referral.pk, date(2026, 10, 21), by=w.mediator, at=AT)
    return referral


def given_in_advance(w: f.World) -> Referral:
    return f.notified(f.world(principle_accepted=True), **ENGLISH)


def longer(w: f.World) -> Referral:
    referral = mediated(w)
    mediation.extend(
        referral.pk,
        by=w.mediator,
        at=AT,
        new_due_on=date(2026, 12, 20),
        reason="An expert is awaited.",
        next_step="I await the report",
    )
    asking.ask_observations(referral.pk, Party.TRADER, ["What happened?"], date(2026, 9, 20), by=w.mediator, at=AT)
    return referral


def conflicted(w: f.World) -> Referral:
    referral = mediated(w)
    conflicts.declare_conflict(referral.pk, "A relative works there.", "I remain impartial.", by=w.mediator, at=AT)
    return referral


def settled(w: f.World) -> Referral:
    referral = mediated(w)
    draft = solution.save_proposal(referral.pk, f.a_solution(**SOLUTION), by=w.mediator, at=AT, version=0)
    solution.propose(referral.pk, draft.version, by=w.mediator, at=AT)
    solution.answer(referral.pk, "accepted", by=w.consumer(referral), at=later(1))
    solution.answer(referral.pk, "accepted", by=w.firm, at=later(2))
    return referral


def withdrawn(w: f.World) -> Referral:
    referral = mediated(w)
    ending.withdraw(referral.pk, by=w.consumer(referral), at=later(3))
    return referral


def elsewhere(w: f.World) -> Referral:
    referral = mediated(w)
    ending.seize_elsewhere(
        referral.pk, "court", "the court of Nantes", by=w.mediator, at=later(5), learnt_from="consumer"
    )
    return referral


def refused_entry(w: f.World) -> Referral:
    referral = f.notified(w, **ENGLISH)
    read_in_english(referral)
    mediation.refuse_entry(referral.pk, by=w.firm, at=later(2))
    return referral


ROADS = [
    begun,
    ask,
    *(refuse(g) for g in Ground),
    too_early,
    given_in_advance,
    longer,
    conflicted,
    settled,
    withdrawn,
    elsewhere,
    refused_entry,
]


@pytest.mark.django_db
@pytest.mark.parametrize("road", ROADS, ids=lambda road: road.__qualname__.split(".")[0])
def test_what_the_services_write_in_english_is_english(road: Any) -> None:
    w = f.world()
    referral = road(w)
    written = list(Letter.objects.filter(case=referral.pk, language="en").order_by("pk"))
    assert written
    contacts = PartyContact.objects.filter(referral=referral)
    names = [
        *(n for c in contacts for n in (c.company, c.last_name)),
        *(referral.body.organisation.name, referral.body.organisation.label, *referral.body.address_lines),
        *(", ".join(referral.body.address_lines), referral.body.service_complaint_address, w.trader.name),
    ]
    for letter in written:
        mail = compose_email(letter)
        text = "\n".join([letter.subject, mail.subject, str(mail.body), *words_of(letter.paper)])
        assert leftovers(text, *names) == set(), letter.kind
