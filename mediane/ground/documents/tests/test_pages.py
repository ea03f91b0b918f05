"""The viewer as a page of its own, through the whole installation."""

from __future__ import annotations

import pytest

from mediane.ground.accounts.roles import Role
from mediane.ground.accounts.tests.factories import Browser, member, sign_in, statements
from mediane.ground.documents.tests import factories as f
from mediane.ground.documents.tests import hostile
from mediane.ground.jobs import run_waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def piece():
    document = f.piece(f.case(), hostile.png(500, 400), "photo.png", title="Photo du colis")
    run_waiting()
    return document


@pytest.fixture
def officer(piece) -> Browser:
    browser = Browser()
    sign_in(browser, member(piece.organisation, Role.OFFICER).person)
    return browser


def test_the_page_holds_the_fragment(officer, piece):
    address = f"/pieces/{piece.uuid}/"
    asked = statements(officer, address)
    assert len(asked) <= 12, "\n".join(asked)
    whole = officer.get(address)
    part = officer.get(address, headers={"HX-Request": "true"})
    html = " ".join(whole.content.decode().split())
    assert " ".join(part.content.decode().split()) in html
    assert "<html" in html
    assert "C-1 Photo du colis" in html
    assert "HX-Request" in whole["Vary"]


def test_pictures_and_file_come_back(officer, piece):
    for path, kind in (("page/1/", "image/webp"), ("vignette/", "image/webp"), ("telecharger/", "image/png")):
        response = officer.get(f"/pieces/{piece.uuid}/{path}")
        assert (response.status_code, response["Content-Type"]) == (200, kind)
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_who_may_not_gets_the_answer_of_an_unknown_address(piece):
    client = Browser()
    unknown = "/pieces/00000000-0000-4000-8000-000000000000/"
    assert client.get(f"/pieces/{piece.uuid}/").status_code == 404
    sign_in(client, member(f.organisation(), Role.MEDIATOR).person)
    answers = [client.get(address) for address in (f"/pieces/{piece.uuid}/", unknown)]
    assert [answer.status_code for answer in answers] == [404, 404]
