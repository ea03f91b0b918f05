"""A reference is never cut at the end of a line; nothing typed and nothing that is no running text changes."""

from __future__ import annotations

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from mediane.ground.ui.typography import KeepReferencesWhole, keep_references_whole


def whole(text: str) -> str:
    return f'<span class="nowrap">{text}</span>'


@pytest.mark.parametrize(
    "reference",
    [
        "R. 612-3",
        "L. 612-2 4°",
        "L. 612-2, 1°",
        "article R. 612-3",
        "articles R. 612-1",
        "D. 613-2",
        "art. 21-3",
        "article 1528-3",
        "L612-2",
        "R.\u00a0616-2",
    ],
)
def test_a_reference_stays_whole(reference):
    assert keep_references_whole(f"<p>Voir {reference}, puis.</p>") == f"<p>Voir {whole(reference)}, puis.</p>"


@pytest.mark.parametrize(
    "html",
    [
        "<textarea>article R. 612-3\nRue</textarea>",
        '<p title="R. 612-3">x</p>',
        "<title>R. 612-3</title>",
        "<select><option>R. 612-3</option></select>",
        "<svg><title>R. 612-3</title><text>R. 612-3</text></svg>",
        "<script>const a = 'R. 612-3';</script>",
        "<!-- R. 612-3 -->",
        "<p>Dossier 2026-04817, du 14-03-2026, 02 99 00-14</p>",
        "<p>Salle A, 12 rue, de 10 a 10-12</p>",
    ],
)
def test_what_is_no_reference_of_running_text_is_left_alone(html):
    assert keep_references_whole(html) == html


def test_only_pages_are_touched():
    request = RequestFactory().get("/")
    text = "voir R. 612-3"

    def through(response):  # type: ignore[no-untyped-def]
        return KeepReferencesWhole(lambda _request: response)(request)

    assert through(HttpResponse(text)).content.decode() == f"voir {whole('R. 612-3')}"
    assert through(HttpResponse(text, content_type="text/csv")).content.decode() == text
    assert through(HttpResponse(text, content_type="application/json")).content.decode() == text
    assert b"".join(through(StreamingHttpResponse([text.encode()]))) == text.encode()
