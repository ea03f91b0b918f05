"""Reading a piece through the web: who may, how it is handed out, and that it is noted."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from mediane.ground.accounts.actor import Actor, Scope
from mediane.ground.accounts.roles import Role
from mediane.ground.documents import services, visibility, web
from mediane.ground.documents.models import Document, Reading
from mediane.ground.documents.storage import DiskStore, store
from mediane.ground.documents.tests import factories as f
from mediane.ground.documents.tests import hostile
from mediane.ground.jobs import run_waiting

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rules(monkeypatch):
    monkeypatch.setattr(visibility, "_rules", {})
    visibility.party_rule(Scope.STAFF, lambda actor: Q())


def ask(view, actor: Actor, document: Document | None, *args: int, **query: str) -> HttpResponse:
    request: HttpRequest = RequestFactory().get("/", query, headers={"HX-Request": "true"})
    request.actor = actor
    return view(request, document.uuid if document else uuid4(), *args)


def body(response: HttpResponse) -> bytes:
    return b"".join(response.streaming_content)


def officer(document: Document) -> Actor:
    return f.staff(document.organisation_id)


VIEWS = [(web.view, ()), (web.download, ()), (web.page, (1,)), (web.thumbnail, ())]


@pytest.mark.parametrize(("view", "args"), VIEWS)
def test_unknown_and_forbidden_are_the_same(view, args):
    document = f.piece(f.case(), hostile.png(500, 400), "a.png", author_party="mediator", audience="mediator")
    run_waiting()
    assert ask(view, f.staff(document.organisation_id, Role.MEDIATOR), document, *args).status_code == 200
    strangers = [
        officer(document),  # the mediator's wall
        f.staff(document.organisation_id, Role.ADMINISTRATOR),
        f.staff(f.organisation().pk, Role.MEDIATOR),  # another body
        f.requester(document.case),
        f.correspondent(1, 1),
        Actor.anonymous(),
    ]
    for stranger in strangers:
        for asked in document, None:
            with pytest.raises(Http404) as refused:
                ask(view, stranger, asked, *args)
            assert str(refused.value) == ""


def test_the_viewer_shows_pages_texts_and_what_can_be_done(sample):
    document = f.piece(f.case(), sample("french_diacritics.pdf"), title="Conditions <générales>")
    waiting = ask(web.view, officer(document), document).content.decode()
    assert "en préparation" in waiting
    run_waiting()
    html = ask(web.view, officer(document), document).content.decode()
    assert f"/pieces/{document.uuid}/page/1/" in html
    assert f"/pieces/{document.uuid}/telecharger/" in html
    assert "C-1 Conditions &lt;générales&gt;" in html
    assert "Page 1 sur 1" in html
    assert "Texte de la page 1" in html
    assert "non analysé" in html
    assert "<html" not in html  # a fragment: it was asked for by the page that shows it


def test_reading_costs_few_statements_whatever_the_length():
    import pikepdf

    counts = []
    for pages in 1, 30:
        made = pikepdf.new()
        for _ in range(pages):
            made.add_blank_page(page_size=(100, 100))
        document = f.piece(f.case(), hostile.saved(made))
        run_waiting()
        actor = officer(document)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            ask(web.view, actor, document)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_each_reading_is_noted():
    document = f.piece(f.case(), hostile.png(500, 400), "a.png")
    run_waiting()
    actor = officer(document)
    ask(web.view, actor, document)
    ask(web.page, actor, document, 1)
    ask(web.thumbnail, actor, document)
    ask(web.download, actor, document)
    assert [(r.kind, r.person_id, r.door) for r in Reading.objects.order_by("id")] == [
        ("view", actor.person_id, "web"),
        ("download", actor.person_id, "web"),
    ]


def test_a_refused_reading_is_not_noted():
    document = f.piece(f.case())
    with pytest.raises(Http404):
        ask(web.download, Actor.anonymous(), document)
    assert not Reading.objects.exists()


def test_the_file_comes_back_whole_and_harmless():
    document = f.piece(f.case(), hostile.pdf(), "Reçu n° 3 « été ».pdf")
    response = ask(web.download, officer(document), document)
    assert body(response) == store().get(document.storage_key)
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Length"] == str(document.size)
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''C-1%20Re%C3%A7u")
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"].startswith("private, no-store")
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("content", "name", "kind", "inline"),
    [
        (hostile.png(), "a.png", "image/png", True),
        (hostile.pdf(), "a.pdf", "application/pdf", True),
        (hostile.picture("TIFF"), "a.tif", "image/tiff", False),
        (b"<script>alert(1)</script>", "a.txt", "text/plain", False),
        (b"From: a\nTo: b\nDate: c\n\nx", "a.eml", "application/octet-stream", False),
        (hostile.docx(), "a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", False),
    ],
)
def test_only_what_is_safe_is_shown_by_the_browser(content: bytes, name: str, kind: str, inline: bool):
    document = f.piece(f.case(), content, name)
    response = ask(web.download, officer(document), document, lecture="1")
    assert response["Content-Type"] == kind
    assert response["Content-Disposition"].startswith("inline" if inline else "attachment")
    assert "script-src" not in response["Content-Security-Policy"]
    assert response["Content-Security-Policy"].startswith("default-src 'none'")


def test_an_active_original_never_leaves():
    content = hostile.pdf(OpenAction=hostile.script())
    document = f.piece(f.case(), content)
    with pytest.raises(Http404):
        ask(web.download, officer(document), document)
    run_waiting()
    for query in ({}, {"lecture": "1"}):
        response = ask(web.download, officer(document), document, **query)
        content = body(response)
        assert content.startswith(b"%PDF-")
        assert b"/JavaScript" not in content
    assert "copie sûre" in ask(web.view, officer(document), document).content.decode()


def test_an_infected_piece_is_explained_and_never_handed_out():
    document = f.piece(f.case(), hostile.png(500, 400), "a.png")
    run_waiting()
    Document.objects.filter(pk=document.pk).update(virus="infected", scanned_at=f.AT)
    html = ask(web.view, officer(document), document).content.decode()
    assert "malveillant" in html
    assert "telecharger" not in html
    assert "/page/" not in html
    for view, args in VIEWS[1:]:
        with pytest.raises(Http404):
            ask(view, officer(document), document, *args)


def test_a_withdrawn_piece_says_so():
    document = f.piece(f.case())
    services.withdraw(document.pk, by=f.SYSTEM, at=f.AT, reason="envoyée par erreur")
    html = ask(web.view, officer(document), document).content.decode()
    assert "Pièce retirée" in html
    assert "envoyée par erreur" in html


@pytest.mark.parametrize(
    ("content", "name", "words"), [(hostile.docx(), "a.docx", "ne s’affiche pas ici"), (b"bonjour", "a.txt", "bonjour")]
)
def test_kinds_without_pictures(content: bytes, name: str, words: str):
    document = f.piece(f.case(), content, name)
    run_waiting()
    assert words in ask(web.view, officer(document), document).content.decode()


def test_bytes_that_are_gone_are_not_found(files: DiskStore):
    document = f.piece(f.case())
    files.path(document.storage_key).unlink()
    with pytest.raises(Http404):
        ask(web.download, officer(document), document)


def test_only_reading():
    document = f.piece(f.case())
    request = RequestFactory().post("/")
    request.actor = officer(document)
    assert web.view(request, document.uuid).status_code == 405


def test_the_list_of_pieces(django_assert_num_queries):
    from django.template.loader import render_to_string

    case = f.case()
    for _ in range(5):
        f.piece(case)
    f.piece(case, hostile.png(), "photo.png", title="Photo", author_party="trader", audience="both")
    gone = f.piece(case)
    services.withdraw(gone.pk, by=f.SYSTEM, at=f.AT, reason="x")
    actor = officer(gone)
    with django_assert_num_queries(1):
        pieces = list(Document.objects.visible_to(actor).of_case(case.pk).for_list())
        html = render_to_string(
            "documents/_list.html", {"documents": pieces, "viewer_target": "#viewer", "show_audience": True}
        )
    assert html.count("<li>") == 7
    assert "P-1 Photo" in html
    assert 'hx-target="#viewer"' in html
    assert "retirée" in html
    assert "les deux" in html
