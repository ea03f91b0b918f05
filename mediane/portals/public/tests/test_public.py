"""A body's public pages hold what R. 614-1 asks for, for anybody, with no case in sight."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine

from mediane.ground.accounts.actor import Actor
from mediane.ground.accounts.tests.factories import Browser, statements
from mediane.ground.rulesets.services import set_rule
from mediane.mediation.referrals.models import Certificate, Referral
from mediane.mediation.referrals.tests.factories import AT, in_mediation, world
from mediane.mediation.schemes import services as schemes
from mediane.mediation.schemes.models import Body

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(datetime(2026, 11, 23, 9, 0, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def w():
    made = world()
    Body.objects.filter(pk=made.body.pk).update(
        listed_on=date(2025, 3, 12), listing_url="https://www.economie.gouv.fr/mediation-conso", languages=["fr", "en"], networks="FIN-NET",
        field_of_competence="Les litiges de livraison.", exclusions=["Les litiges entre professionnels."], dpo_contact="dpo@essai.test",
    )  # fmt: skip
    made.mandate.career, made.mandate.appointed_on = "Juriste en droit de la consommation", date(2023, 12, 3)
    made.mandate.save()
    return made


def text(address: str, **query: str) -> str:
    response = Browser().get(address, query)
    assert response.status_code == 200, address
    return response.content.decode().replace("\u202f", " ").replace("\u00a0", " ")


def test_the_page_holds_what_the_law_asks(w):
    page = text(f"/b/{w.body.organisation.slug}/")
    for said in (
        "14 quai des Tilleuls", "contact@essai", "12 mars 2025", "https://www.economie.gouv.fr/mediation-conso", "1er janvier 2024", "1er janvier 2030", "Commission paritaire",
        "Juriste en droit de la consommation", "FIN-NET", "Les litiges de livraison.", "Les litiges entre professionnels.", "français, anglais", "L. 612-2", "R. 612-1",
        "consumer-redress.ec.europa.eu", "lien demandé par", "Vous n’avez pas encore écrit à l’entreprise", "manifestement infondée", "plus d’un an", "ne dépend pas de nous", "Un autre médiateur ou un juge",
        "Se faire aider", "Vos données", "Saisir le médiateur", "Suivre mon dossier", "Écrire par courrier", "La médiatrice",
    ):  # fmt: skip
        assert said in page, said


@pytest.mark.parametrize("part", ["", "donnees/", "accessibilite/", "aide/", "courrier/", "charte/", "saisir/"])
def test_never_the_platform_that_closed(w, part):
    page = text(f"/b/{w.body.organisation.slug}/{part}").lower()
    assert "consumers/odr" not in page
    assert "webgate" not in page


def test_periods_are_the_body_s_own_rules(w):
    set_rule(w.body.pk, "premature_wait", "45d", by=SYSTEM, at=AT, effective_from=date(2026, 1, 1))
    set_rule(w.body.pk, "draft_retention", "20d", by=SYSTEM, at=AT, effective_from=date(2026, 1, 1))
    assert "45 jours" in text(f"/b/{w.body.organisation.slug}/")
    assert "20 jours" in text(f"/b/{w.body.organisation.slug}/donnees/")


def test_the_home_page_lists_the_bodies_that_are_active(w):
    closed = world()
    closed.body.organisation.active = False
    closed.body.organisation.save()
    page = text("/")
    assert w.body.organisation.name in page
    assert closed.body.organisation.name not in page
    assert Browser().get(f"/b/{closed.body.organisation.slug}/").status_code == 404


def test_the_home_page_of_an_empty_installation_says_so():
    assert "Aucun médiateur n’est encore enregistré ici" in text("/")


def test_former_versions_of_the_charter_stay_readable(w):
    schemes.publish_charter(w.body.pk, "2", "Charte nouvelle.", by=SYSTEM, at=AT, effective_from=date(2026, 6, 1))
    schemes.publish_charter(w.body.pk, "3", "Charte à venir.", by=SYSTEM, at=AT, effective_from=date(2027, 1, 1))
    address = f"/b/{w.body.organisation.slug}/charte/"
    assert "Charte nouvelle." in text(address)
    assert "Charte." in text(address, version="1")
    assert "à venir" not in text(address)
    assert Browser().get(address, {"version": "3"}).status_code == 404
    assert Browser().get(address, {"version": "nulle"}).status_code == 404


def test_public_pages_know_no_case(w):
    referral = in_mediation(w)
    for part in ("", "donnees/", "accessibilite/", "aide/", "courrier/", "charte/"):
        page = text(f"/b/{w.body.organisation.slug}/{part}")
        assert referral.number not in page
        assert "Roussel" not in page


@pytest.mark.parametrize("part", ["", "donnees/", "aide/", "courrier/", "charte/", "saisir/"])
def test_statements(w, part):
    assert len(statements(Browser(), f"/b/{w.body.organisation.slug}/{part}")) <= 8


def test_the_interface_is_in_english_too_without_a_word_of_code(w):
    browser = Browser()
    browser.cookies["mediane_language"] = "en"
    assert browser.get(f"/b/{w.body.organisation.slug}/").status_code == 200


# ---- certificates ------------------------------------------------------------------------------------------------------------------------
@pytest.fixture
def certificate(w) -> Certificate:
    return Certificate.objects.create(
        referral=in_mediation(w), code="7KQ2-M9XA-4TRB", issued_on=date(2026, 10, 1), outcome="no_agreement"
    )


@pytest.mark.parametrize("typed", ["7KQ2-M9XA-4TRB", "7kq2m9xa4trb", " 7kq2 m9xa 4trb "])
def test_a_certificate_says_its_day_and_nothing_else(certificate, typed):
    page = text("/attestation/", code=typed)
    assert "1er octobre 2026" in page
    for hidden in (
        certificate.referral.number,
        "Roussel",
        certificate.referral.trader.name,
        certificate.outcome,
        certificate.referral.body.organisation.name,
    ):
        assert hidden not in page


def test_a_cancelled_one_says_when(certificate):
    Certificate.objects.update(cancelled_on=date(2026, 11, 2))
    page = text("/attestation/", code=certificate.code)
    assert "annulée le 2 novembre 2026" in page


@pytest.mark.parametrize(
    "typed", ["", "AAAA-BBBB-CCCC", "x", "0000-1111-IIII", "\x00", "' OR 1=1", "<script>", "é" * 5000]
)
def test_other_codes_are_nothing(certificate, typed):
    page = text("/attestation/", code=typed)
    assert "1er octobre 2026" not in page
    assert "<script>alert" not in page


def test_a_certificate_shows_no_row_to_the_public(certificate):
    from mediane.ground.database.scope import acting

    with acting(Actor.public(certificate.referral.body_id)):
        assert not Certificate.objects.exists()
        assert not Referral.objects.exists()
