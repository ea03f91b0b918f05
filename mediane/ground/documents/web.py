"""Reading a piece: the viewer, its pages, the file itself.

One answer for what does not exist and for what one may not see.
"""

from __future__ import annotations

from typing import Any, BinaryIO
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from mediane.ground.accounts.actor import Actor, Scope
from mediane.ground.accounts.guards import open_view
from mediane.ground.documents import services
from mediane.ground.documents.enums import ReadingKind
from mediane.ground.documents.limits import limits
from mediane.ground.documents.models import Document, Preview
from mediane.ground.documents.storage import store
from mediane.ground.documents.types import ACCEPTED
from mediane.kernel.moments import utc_now

SHELLS = {Scope.REQUESTER: "requester/base.html", Scope.TRADER: "trader/base.html"}

# What comes back is somebody else's file: whatever is in it, a browser runs none of it under our name.
LOCKED_DOWN = "default-src 'none'; sandbox"
# A browser's own PDF reader does not work inside a sandbox; it is offered only for files without active content.
PDF_READER = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"


def _piece(request: HttpRequest, uuid: UUID) -> Document:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    document = Document.objects.visible_to(actor).filter(uuid=uuid).first()
    if document is None:
        raise Http404
    return document


def _note(request: HttpRequest, document: Document, kind: str) -> None:
    services.record_reading(document, by=request.actor, at=utc_now(), kind=kind)  # type: ignore[attr-defined]


@require_safe
@open_view
def view(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The viewer: a page of its own, or its fragment for the page that shows it beside the case."""
    document = _piece(request, uuid)
    _note(request, document, ReadingKind.VIEW)
    fragment = request.headers.get("HX-Request") == "true"
    actor: Actor = request.actor  # type: ignore[attr-defined]
    context = viewer_context(document, actor) | {"base": SHELLS.get(actor.scope, "desk/base.html")}
    response = TemplateResponse(request, "documents/_viewer.html" if fragment else "documents/view.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def viewer_context(document: Document, actor: Actor) -> dict[str, Any]:
    """For `documents/_viewer.html`: the piece, its pages (one statement), what may be done with it."""
    pages = [] if document.blocked else list(document.previews.filter(page__gt=0).order_by("page"))
    drawn = [page for page in pages if page.sha256]
    return {
        "document": document,
        "pages": pages,
        "drawn": drawn,
        "cut_at": limits().preview_pages if drawn and (document.pages or 0) > len(drawn) else 0,
        "staff": actor.is_staff,
        "downloadable": _handed_out(document) is not None,
        "inline": not document.active_content and ACCEPTED[document.media_type].inline and not document.blocked,
    }


def _handed_out(document: Document) -> bytes | None:
    """Digest of what leaves when the piece is asked for:

    The original, the pictures of its pages when it is active, None when it is blocked.
    """
    if document.blocked:
        return None
    digest = document.safe_sha256 if document.active_content else document.sha256
    return bytes(digest) if digest else None


@require_safe
@open_view
def download(request: HttpRequest, uuid: UUID) -> Any:  # a stream is no HttpResponse to Django's types
    """The file, as an attachment; `?lecture=1` shows in the browser the kinds that are safe there. Streamed, whole."""
    document = _piece(request, uuid)
    digest = _handed_out(document)
    if digest is None:
        raise Http404
    stream = _stream(digest.hex())
    _note(request, document, ReadingKind.DOWNLOAD)
    kind = ACCEPTED["application/pdf"] if document.active_content else ACCEPTED[document.media_type]
    inline = kind.inline and request.GET.get("lecture") == "1"
    response = FileResponse(
        stream,
        as_attachment=not inline,
        filename=document.download_name,
        content_type=kind.name
        if kind.family != "text"
        else "application/octet-stream"
        if kind.name == "message/rfc822"
        else "text/plain",
    )
    return _locked_down(response, PDF_READER if inline and kind.family == "pdf" else LOCKED_DOWN)


@require_safe
@open_view
def page(request: HttpRequest, uuid: UUID, number: int) -> Any:  # a stream is no HttpResponse to Django's types
    """Picture of one page, from 1."""
    document = _piece(request, uuid)
    _note(request, document, ReadingKind.PAGE)
    return _picture(document, number)


@require_safe
@open_view
def thumbnail(request: HttpRequest, uuid: UUID) -> Any:  # a stream is no HttpResponse to Django's types
    """Small picture of the first page, for lists: too small to read, so no reading is recorded."""
    return _picture(_piece(request, uuid), 0)


def _picture(document: Document, number: int) -> FileResponse:
    preview = Preview.objects.filter(document=document, page=number, sha256__isnull=False).first()
    if preview is None or document.blocked:
        raise Http404
    return _locked_down(FileResponse(_stream(preview.storage_key), content_type="image/webp"), LOCKED_DOWN)


def _stream(key: str) -> BinaryIO:
    try:
        return store().open(key)
    # `mediane check` tells the people on call; whoever reads can do nothing about it
    except FileNotFoundError as error:
        raise Http404 from error


def _locked_down(response: FileResponse, policy: str) -> FileResponse:
    response["Content-Security-Policy"] = policy
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response
