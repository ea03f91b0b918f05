"""The gallery, the shells, the preferences and the error pages, as a client without JavaScript sees them."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404
from django.test import Client, RequestFactory
from django.utils import translation

from mediane.ground.ui import errors, fonts
from mediane.ground.ui.testing import assert_swap_equals_reload, part_of
from mediane.ground.ui.views import PAGES

pytestmark = pytest.mark.django_db

ADDRESSES = [
    "/ui/",
    *[f"/ui/pages/{name}/" for name in PAGES],
    *[f"/ui/erreurs/{code}/" for code in (400, 403, 404, 413, 429, 500, 503)],
]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_sample_page_answers_in_both_languages(client: Client, address: str, language: str) -> None:
    client.cookies["mediane_language"] = language
    page = client.get(address)
    assert page.status_code == 200
    assert f'<html lang="{language}"' in page.content.decode()


def test_unknown_pages_of_the_gallery_are_unknown(client: Client) -> None:
    assert client.get("/ui/pages/nope/").status_code == 404
    assert client.get("/ui/erreurs/418/").status_code == 404


def test_a_theme_is_kept_and_left(client: Client) -> None:
    assert "data-theme" not in client.get("/ui/").content.decode()[:400]
    answer = client.post("/ui/preferences/", {"theme": "dark", "next": "/ui/?a=1"})
    assert (answer.status_code, answer["Location"]) == (302, "/ui/?a=1")
    cookie = answer.cookies["mediane_theme"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["max-age"]
    assert '<html lang="fr" data-theme="dark">' in client.get("/ui/").content.decode()
    client.post("/ui/preferences/", {"theme": "", "next": "/ui/"})
    assert "data-theme" not in client.get("/ui/").content.decode()[:400]


def test_a_language_is_kept(client: Client) -> None:
    client.post("/ui/preferences/", {"language": "en", "next": "/ui/"})
    assert '<html lang="en"' in client.get("/ui/").content.decode()


@pytest.mark.parametrize("onwards", ["https://ailleurs.example/", "//ailleurs.example", "javascript:alert(1)", ""])
def test_a_preference_never_leads_elsewhere(client: Client, onwards: str) -> None:
    assert client.post("/ui/preferences/", {"theme": "dark", "next": onwards})["Location"] == "/"


@pytest.mark.parametrize("sent", [{}, {"theme": "pink"}, {"language": "de"}])
def test_an_unknown_preference_is_refused(client: Client, sent: dict[str, str]) -> None:
    assert client.post("/ui/preferences/", sent).status_code == 400


def test_a_preference_needs_its_token() -> None:
    assert Client(enforce_csrf_checks=True).post("/ui/preferences/", {"theme": "dark"}).status_code == 403


def test_a_forged_theme_cookie_is_ignored(client: Client) -> None:
    client.cookies["mediane_theme"] = '"><script>'
    assert "data-theme" not in client.get("/ui/").content.decode()[:400]


def test_the_shell_asks_no_statement_of_a_visitor(client: Client, django_assert_num_queries: object) -> None:
    client.get("/ui/pages/worklist/")  # the first page of a process learns whether this is a demonstration
    with django_assert_num_queries(0):  # type: ignore[operator]
        client.get("/ui/pages/worklist/")


def test_unknown_and_forbidden_are_one_answer() -> None:
    first = errors.not_found(RequestFactory().get("/bureau/saisines/1/"), Http404())
    second = errors.forbidden(RequestFactory().get("/bureau/reglages/"), PermissionDenied())
    assert (first.status_code, first.content) == (second.status_code, second.content) == (404, first.content)


def test_too_large_says_so_rather_than_wrong() -> None:
    assert errors.bad_request(RequestFactory().post("/"), RequestDataTooBig()).status_code == 413
    assert errors.bad_request(RequestFactory().post("/")).status_code == 400


def test_a_failure_gives_the_code_under_which_it_was_logged() -> None:
    request = RequestFactory().get("/")
    assert "Donnez ce code" not in errors.server_error(request).content.decode()
    request.reference = "7QF2 11KD"  # type: ignore[attr-defined]
    page = errors.server_error(request)
    assert page.status_code == 500 and "7QF2 11KD" in page.content.decode()


def test_error_pages_speak_english_too() -> None:
    with translation.override("en"):
        assert '<html lang="en">' in errors.not_found(RequestFactory().get("/")).content.decode()


def test_too_many_tries_leads_on_who_follows_a_case_and_has_no_password(client: Client) -> None:
    assert "/suivi/perdu/" in client.get("/ui/erreurs/429/").content.decode()


def test_a_swap_of_the_work_list_equals_its_reload(client: Client) -> None:
    assert_swap_equals_reload(client, "/ui/pages/worklist/", "[data-list]")
    assert_swap_equals_reload(client, "/ui/pages/case/", "#moves")


def test_the_comparison_of_swaps_sees_a_difference() -> None:
    one, other = '<p id="a" class="x">Un <b>mot</b></p>', '<p id="a" class="x">Un <b>autre</b></p>'
    assert part_of(one, "#a") != part_of(other, "#a")
    assert part_of(one, "#a") == part_of(f"<main>{one}</main><p>ailleurs</p>", "#a")
    with pytest.raises(AssertionError, match="no #b"):
        part_of(one, "#b")


@pytest.mark.long
def test_fonts_are_cut_once(tmp_path: object) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path))
    written = fonts.build(folder)
    assert [path.name for path in written] == [f"{face.name}.woff2" for face in fonts.FACES]
    assert all(path.read_bytes()[:4] == b"wOF2" and path.stat().st_size < 60_000 for path in written)
    assert fonts.build(folder) == []
