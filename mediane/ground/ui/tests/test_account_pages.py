"""Signing in, the second factor, a forgotten password: allauth's pages in our clothes, all the way through."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import hotp_value, yield_hotp_counters_from_time
from django.contrib.auth import get_user_model
from django.core import mail
from django.test import Client
from django.urls import reverse

PASSWORD = "une phrase assez longue"


@pytest.fixture
def person(db: None) -> Any:
    return get_user_model().objects.create_user(
        "claire@mediation.example", PASSWORD, first_name="Claire", last_name="Moreau"
    )


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content[:500]
    return str(answer.content.decode())


def test_the_sign_in_page_says_what_is_wrong(client: Client, person: Any) -> None:
    page = text(client.get(reverse("account_login")))
    assert "Se connecter" in page and 'autocomplete="current-password"' in page and "demo-accounts" not in page
    wrong = text(client.post(reverse("account_login"), {"login": person.email, "password": "non"}))
    assert 'role="alert"' in wrong and 'value="claire@mediation.example"' in wrong
    assert "Courriel professionnel\u00a0: ce champ est obligatoire" in text(client.post(reverse("account_login"), {}))


def test_demonstration_accounts_stand_on_the_sign_in_page(client: Client, db: None) -> None:
    from django.template.loader import render_to_string

    account = {
        "name": "Claire Moreau",
        "role": "juriste",
        "login": "a@b.example",
        "password": "x",
        "fills": '{"login": "a"}',
    }
    facts = {
        "form": client.get(reverse("account_login")).context["form"],
        "demonstration": {"accounts": [account], "note": "Jetable"},
    }
    page = render_to_string("account/login.html", facts)
    assert "Claire Moreau" in page and 'data-fills="{&quot;login&quot;: &quot;a&quot;}"' in page and "Jetable" in page


def test_a_forgotten_password_is_chosen_again(client: Client, person: Any) -> None:
    assert "Mot de passe oublié" in text(client.get(reverse("account_reset_password")))
    sent = client.post(reverse("account_reset_password"), {"email": person.email}, follow=True)
    assert "boîte aux lettres électronique" in text(sent)
    if not mail.outbox:  # queued rather than sent: the mail's own tests follow it from there
        return
    link = next(word for word in mail.outbox[0].body.split() if "/mot-de-passe/nouveau/" in word)
    page = client.get("/" + link.split("/", 3)[3], follow=True)
    assert "Nouveau mot de passe" in text(page)


def test_a_spent_link_says_what_to_do(client: Client, db: None) -> None:
    spent = reverse("account_reset_password_from_key", kwargs={"uidb36": "zz", "key": "set-password"})
    assert "Ce lien ne sert plus" in text(client.get(spent, follow=True))


def test_a_second_factor_is_set_up_and_asked_for(client: Client, person: Any) -> None:
    assert client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD}).status_code == 302
    page = text(client.get(reverse("mfa_activate_totp")))
    assert (
        "<svg" in page and "Recopier la clé à la main" in page and "data:image" not in page
    )  # the policy allows no data: image
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    code = f"{hotp_value(secret, next(iter(yield_hotp_counters_from_time()))):06d}"
    answer = client.post(reverse("mfa_activate_totp"), {"code": code})
    assert answer.status_code == 302
    assert "Vos codes de secours" in text(client.get(reverse("mfa_view_recovery_codes"), follow=True))
    assert text(client.get(reverse("mfa_index"))).count('class="panel"') == 2
    client.post(reverse("account_logout"))
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    asked = text(client.get(reverse("mfa_authenticate")))
    assert "Code de sécurité" in asked and 'autocomplete="one-time-code"' in asked


@pytest.mark.parametrize("name", ["account_change_password", "mfa_index", "usersessions_list", "account_logout"])
def test_the_pages_of_an_account_are_ours(client: Client, person: Any, name: str) -> None:
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    page = text(client.get(reverse(name), follow=True))
    assert 'class="bar"' in page or 'class="gate"' in page
