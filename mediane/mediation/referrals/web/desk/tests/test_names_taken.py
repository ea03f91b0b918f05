"""A name that is taken is said on the page, with what was typed; nothing breaks and nothing is written twice."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine

from mediane.ground.accounts.roles import Role
from mediane.kernel.refusals import Refusal
from mediane.mediation.referrals.tests.factories import AT, SYSTEM, world
from mediane.mediation.referrals.web.desk.tests.desk import browser
from mediane.mediation.schemes.models import Charter
from mediane.mediation.schemes.services import publish_charter
from mediane.mediation.traders import services as traders
from mediane.mediation.traders.models import Designation, Trader

pytestmark = pytest.mark.django_db
TAKEN = "Une version porte déjà ce nom"


def test_a_charter_has_one_text_a_version():
    w = world()
    with time_machine.travel(AT, tick=False):
        page = browser(w, Role.DIRECTOR).post(
            "/bureau/reglages/",
            {"what": "charter", "version": "1", "effective_from": "02/09/2026", "text": "Une autre."},
        )
    assert page.status_code == 422 and TAKEN in page.content.decode() and "Une autre." in page.content.decode()
    assert Charter.objects.filter(body=w.body).count() == 1
    with pytest.raises(Refusal, match="not_allowed"):
        publish_charter(world().body.pk, "2", "x", by=w.director, at=AT, effective_from=date(2026, 9, 2))


def test_a_convention_has_one_text_a_version_and_a_trader_a_name_of_its_own():
    w = world()
    other = traders.create_trader(w.body.pk, "Autre", by=SYSTEM)
    with time_machine.travel(AT, tick=False):
        desk, address = browser(w, Role.DIRECTOR), f"/bureau/professionnels/{w.trader.pk}/"
        convention = {"what": "convention", "version": "v1", "starts_on": "02/09/2026", "entry_delay": "21 jours"}
        page = desk.post(address, convention | {"silence_effect": "refusal"})
        assert page.status_code == 422 and TAKEN in str(page.context["convention"].errors)
        page = desk.post(address, {"what": "sheet", "name": other.name})
        assert page.status_code == 422 and "porte déjà ce nom" in str(page.context["form"].errors)
    assert Designation.objects.filter(trader=w.trader).count() == 1
    assert Trader.objects.get(pk=w.trader.pk).name == w.trader.name
