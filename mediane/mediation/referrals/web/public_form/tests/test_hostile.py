"""Whatever is typed in whatever field: no page falls, nothing typed runs, and what could be kept is kept."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from mediane.kernel.typed import harmless
from mediane.mediation.referrals.enums import State
from mediane.mediation.referrals.models import Referral
from mediane.mediation.referrals.tests.factories import world
from mediane.mediation.referrals.web.public_form.steps import STEPS
from mediane.mediation.referrals.web.public_form.tests.filling import Filler, answers, hidden_of, pdf
from tests.room.strict import faults_of

pytestmark = pytest.mark.django_db
SAMPLE: list[str] = json.loads((Path(__file__).parent / "data" / "hostile.json").read_text("utf-8"))
MADE = [
    "\x00", "avant\x00après", "\u202egnirts", "e\u0301" * 300, "\U0001f9d1\u200d\U0001f680" * 50, "a" * 200_000, "\ud83d".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
    "' OR 1=1 --", "{{ 7*7 }}{% debug %}", "=HYPERLINK(\"http://x\")", "%s%s%n", "\n\r\n\t", " ", "\u3000", "-1", "1e999", "NaN", "Infinity", "０６１２３４５６７８", "9" * 400, "../../etc/passwd",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(datetime(2026, 11, 23, 9, 0, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def somebody() -> Filler:
    w = world()
    filler = Filler(w.body.organisation.slug)
    filler.fill(w.trader.pk)
    return filler


STEPS_WITH_FIELDS = [step for step in STEPS if step.form is not None and step.key != "check"]  # a sent form is over


@pytest.mark.parametrize("step", STEPS_WITH_FIELDS, ids=lambda step: step.key)
def test_every_field_takes_anything(somebody, step):
    """All fields of a step at once with one string, then read back: the page stands and nothing in it runs. The steps share the sample among them."""
    hidden = hidden_of(somebody.get(step.slug).content.decode())
    share = STEPS_WITH_FIELDS.index(step)
    for given in (*SAMPLE[share :: len(STEPS_WITH_FIELDS)], *MADE[share % 3 :: 3]):
        response = somebody.browser.post(
            somebody.address(step.slug), {**hidden, **dict.fromkeys(step.form.names(), given)}
        )
        assert response.status_code in (200, 302), (step.key, given[:80], response.status_code)
        if response.status_code == 200:
            assert not faults_of(response.content.decode()), (step.key, given[:80])
    page = somebody.get("verification")
    assert page.status_code == 200
    assert not faults_of(page.content.decode())


def test_what_was_typed_comes_back_as_it_was(somebody):
    hidden = hidden_of(somebody.get("faits").content.decode())
    for given in SAMPLE:
        response = somebody.browser.post(
            somebody.address("faits"), {**hidden, "summary": "", "facts": given}
        )  # refused for its empty summary
        shown = unescape(response.content.decode())
        assert harmless(given).replace("\n", "") in shown.replace("\n", ""), given[:80]


def test_hostile_words_can_be_sent_and_read_by_the_follow_up(somebody):
    """The letter, the case page and the receipt are made of these words and stand."""
    words = '<script>alert(1)</script> {{ case_number }} #set page() "$x$ \\ `code` \u0627\u0644\u0639\u0631\u0628\u064a\u0629 \U0001f9d1'
    for step, typed in (
        ("faits", {"summary": words, "facts": words}),
        ("demande", {"asked_now": words}),
        ("identite", {"first_name": "O’<b>", "last_name": "Zoë \u202eX"}),
    ):
        assert somebody.post(step, answers("1")[step] | typed).status_code == 302, step
    assert somebody.send()["Location"] == "/suivi/dossier/recu/"
    for address in ("/suivi/dossier/recu/", "/suivi/dossier/", "/suivi/dossier/messages/"):
        page = somebody.browser.get(address)
        assert page.status_code == 200
        assert "<script>alert(1)" not in page.content.decode()
        assert not faults_of(page.content.decode())
    assert Referral.objects.get(state=State.RECEIVED).consumer_name == "Mme O’<b> Zoë X"


def test_too_long_is_told_with_both_numbers_and_keeps_the_text(somebody):
    hidden = hidden_of(somebody.get("faits").content.decode())
    long = "mot " * 3000
    page = somebody.browser.post(somebody.address("faits"), {**hidden, "summary": "x", "facts": long}).content.decode()
    assert (
        "raccourcissez ce texte à 10000 caractères (il en a 11999)" in page.replace("\u202f", "").replace("\u00a0", "")
        or "11999" in page
    )
    assert "mot mot mot" in page


def test_thousands_of_fields_and_repeated_fields_do_no_harm(somebody):
    hidden = hidden_of(somebody.get("faits").content.decode())
    assert somebody.browser.post(
        somebody.address("faits"), {**hidden, **{f"x{n}": "y" for n in range(3000)}}
    ).status_code in (200, 400, 413)
    assert somebody.browser.post(
        somebody.address("faits"), {**hidden, "summary": ["un", "deux"], "facts": ["a"] * 500}
    ).status_code in (200, 302)


@pytest.mark.parametrize("token", ["", "x", "1", "MQ:1:x", "\x00", "é" * 300, "../..", "null"])
def test_a_false_page_token_is_no_token(somebody, token):
    before = Referral.objects.count()
    response = somebody.browser.post(somebody.address("faits"), {"draft": token, "summary": "Un", "facts": "Deux"})
    assert response.status_code == 302
    assert Referral.objects.count() == before  # the session's own draft took it


@pytest.mark.parametrize(
    "name", ["../../x.pdf", "a\x00.pdf", "é" * 300 + ".pdf", "\u202efdp.exe", "<img src=x>.pdf", ".pdf", "CON.pdf"]
)
def test_names_of_files(somebody, name):
    page = somebody.post("pieces/photos", {"pieces": pdf(name, name), "do": "add"})
    assert page.status_code == 200
    assert "<img src=x>" not in page.content.decode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.4 broken",
        b"PK\x03\x04" + b"\x00" * 100,
        b"<html><script>alert(1)</script>",
        b"\xff\xd8\xff" + b"\x00" * 40,
    ],
    ids=["empty", "pdf", "zip", "html", "jpeg"],
)
def test_files_that_are_not_what_they_say(somebody, content):
    page = somebody.post(
        "pieces/photos",
        {"pieces": SimpleUploadedFile("photo.pdf", content, content_type="application/pdf"), "do": "add"},
    )
    assert page.status_code == 200
    assert "photo.pdf" in page.content.decode()
    assert "Un fichier n’a pas été accepté" in page.content.decode()


@pytest.mark.parametrize("taken", ["", "x", "1", "00000000-0000-0000-0000-000000000000"])
def test_taking_back_what_is_not_there(somebody, taken):
    assert somebody.post("pieces/photos", {"remove": taken}).status_code in (302, 404)
