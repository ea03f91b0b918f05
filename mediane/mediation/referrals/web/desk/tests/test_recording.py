"""Acts recorded at the desk for a party that wrote or phoned: through the very page, from the form to the journal."""

from __future__ import annotations

import re

import pytest
import time_machine

from mediane.ground.accounts.roles import Role
from mediane.ground.accounts.tests.factories import Browser, enrol, sign_in
from mediane.mediation.referrals.models import Agreement
from mediane.mediation.referrals.services import mediation
from mediane.mediation.referrals.tests.factories import AT, in_mediation, later, world
from mediane.mediation.referrals.web.public_form.tests.filling import pdf

pytestmark = pytest.mark.django_db


def test_a_signed_agreement_that_came_by_post_is_recorded_for_the_text_that_was_read() -> None:
    w = world()
    referral = in_mediation(w)
    items = [{"who": "trader", "what": "rembourse 48,90 €", "amount": "48.90", "due_on": "2026-10-01"}]
    mediation.draw_up_agreement(referral.pk, items, by=w.officer, at=AT)
    enrol(w.people[Role.OFFICER])
    with time_machine.travel(later(2), tick=False):
        desk = sign_in(Browser(), w.people[Role.OFFICER])
        address = f"/bureau/dossiers/{referral.pk}/acte/record_confirmation/"
        version = re.search(r'name="version" value="(\d+)"', desk.get(address).content.decode())
        assert version, "the page says which text is confirmed"
        said = {"party": "consumer", "on": "02/09/2026", "version": version[1], "confirm": "1"}
        mediation.draw_up_agreement(referral.pk, [items[0] | {"what": "rembourse 40 €"}], by=w.officer, at=later(1))
        assert desk.post(address, said | {"pieces": pdf()}).status_code == 422, "another text was signed"
        assert Agreement.objects.get().consumer_confirmed_on is None
        assert desk.post(address, said | {"version": "2", "pieces": pdf()}).status_code == 302
    assert str(Agreement.objects.get().consumer_confirmed_on) == "2026-09-02"
