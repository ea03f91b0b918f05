"""Details of the grounds: data with dates, of one body or of all; the grounds stay closed."""

from __future__ import annotations

from datetime import date

import pytest

from mediane.ground.accounts.roles import Role
from mediane.ground.accounts.tests.factories import Browser, enrol, sign_in
from mediane.kernel.refusals import Refusal
from mediane.mediation.referrals.enums import Ground
from mediane.mediation.referrals.models import GroundDetail
from mediane.mediation.referrals.services import admissibility, details
from mediane.mediation.referrals.tests import factories as f
from mediane.mediation.referrals.tests.factories import AT, later

pytestmark = pytest.mark.django_db
OUT = Ground.OUT_OF_COMPETENCE


def test_a_refusal_takes_a_detail_of_its_ground_and_no_other():
    w = f.world()
    referral = f.under_review(w)
    for wrong in ("second_level_missing", "made_up"):  # of another ground; of none
        with pytest.raises(Refusal) as caught:
            admissibility.refuse(referral.pk, OUT, "Hors champ.", by=w.mediator, at=AT, detail=wrong)
        assert caught.value.code == "unknown_detail"
    done = admissibility.refuse(referral.pk, OUT, "Hors champ.", by=w.mediator, at=AT, detail="no_convention")
    assert done.ground_detail == "no_convention"


def test_a_body_adds_its_own_which_others_do_not_have_and_ends_it():
    w, other = f.world(), f.world()
    mine = details.add_detail(
        w.body.pk, OUT, "Litige d’un  syndic", by=w.administrator, at=AT, label_en="Building manager"
    )
    assert (mine.code, mine.label("fr"), mine.label("en")) == (
        "litige_dun_syndic",
        "Litige d’un syndic",
        "Building manager",
    )
    today = AT.date()
    assert mine in details.details_in_force(w.body.pk, today)
    assert mine not in details.details_in_force(w.body.pk, date(2020, 1, 1))
    assert mine not in details.details_in_force(other.body.pk, today)
    details.end_detail(w.body.pk, mine.pk, by=w.administrator, at=AT)
    assert mine not in details.details_in_force(w.body.pk, later(1).date())
    assert (
        details.words_of_details(w.body.pk, "en")["litige_dun_syndic"] == "Building manager"
    )  # what was filed keeps its name


def test_one_that_has_not_begun_disappears():
    w = f.world()
    mine = details.add_detail(w.body.pk, OUT, "Plus tard", by=w.administrator, at=AT, effective_from=later(9).date())
    details.end_detail(w.body.pk, mine.pk, by=w.administrator, at=AT)
    assert not GroundDetail.objects.filter(pk=mine.pk).exists()


@pytest.mark.parametrize(
    ("label", "code"), [("", "invalid_detail"), ("42 jours", "invalid_detail"), ("no convention", "detail_exists")]
)
def test_what_cannot_be_added_says_why(label: str, code: str):
    w = f.world()
    with pytest.raises(Refusal) as caught:
        details.add_detail(w.body.pk, OUT, label, by=w.administrator, at=AT)
    assert caught.value.code == code


def test_only_who_keeps_the_settings_of_that_body_changes_them():
    w, other = f.world(), f.world()
    shared = GroundDetail.objects.get(body=None, code="no_convention")
    mine = details.add_detail(w.body.pk, OUT, "À nous", by=w.administrator, at=AT)
    for by, code in ((w.officer, "not_allowed"), (other.administrator, "not_allowed"), (w.firm, "not_allowed")):
        with pytest.raises(Refusal) as caught:
            details.end_detail(w.body.pk, mine.pk, by=by, at=AT)
        assert caught.value.code == code
    for detail in (shared, mine):  # shared by all; another body's
        with pytest.raises(Refusal) as caught:
            details.end_detail(other.body.pk, detail.pk, by=other.administrator, at=AT)
        assert caught.value.code == "not_found"


def test_the_page_adds_and_ends_and_the_refusal_offers_it():
    w = f.world()
    for role in (Role.ADMINISTRATOR, Role.MEDIATOR, Role.OFFICER):
        enrol(w.people[role])
    browser = sign_in(Browser(), w.people[Role.ADMINISTRATOR])
    page = "/bureau/reglages/motifs/"
    given = {"ground": OUT, "label_fr": "Litige d’un syndic", "label_en": "", "effective_from": "2026-01-01"}
    assert browser.post(page, given).status_code == 302
    assert "Litige d’un syndic" in browser.get(page).content.decode()
    again = browser.post(page, given)
    assert again.status_code == 422
    assert "porte déjà ce nom" in again.content.decode()
    referral = f.under_review(w)
    move = (
        sign_in(Browser(), w.people[Role.MEDIATOR]).get(f"/bureau/dossiers/{referral.pk}/acte/refuse/").content.decode()
    )
    assert "Litige d’un syndic" in move
    assert sign_in(Browser(), w.people[Role.OFFICER]).get(page).status_code == 404
    mine = GroundDetail.objects.get(body=w.body, code="litige_dun_syndic")
    assert browser.post(f"{page}{mine.pk}/fin/").status_code == 302
    assert "proposée jusqu’au" in browser.get(page).content.decode()
