"""Pictures of pages and reading text of a piece. Made by a job, never in a request; kept in the storage."""

from __future__ import annotations

import contextlib
import html
import json
import logging
import subprocess
import sys
import tempfile
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from mediane.ground.documents.enums import PreviewState
from mediane.ground.documents.limits import Limits, limits
from mediane.ground.documents.models import Document, Preview
from mediane.ground.documents.storage import store
from mediane.ground.documents.types import ACCEPTED, decode_text

log = logging.getLogger(__name__)


class CannotDraw(Exception):
    """Damaged beyond drawing, or larger than the limits when drawn."""


def draw(document: Document) -> tuple[PreviewState, list[Preview]]:
    """Draw a piece's pages. The rows are not saved, their pictures are in the storage; touches no database.

    Sets `safe_sha256` on the object when the original is active.
    """
    caps = limits()
    how = ACCEPTED[document.media_type].preview if document.media_type in ACCEPTED else ""
    if not how:
        return PreviewState.NONE, []
    try:
        rows = _text(document, caps) if how == "text" else _pictures(document, caps)
    except (CannotDraw, FileNotFoundError) as error:
        log.warning("document %s has no preview: %s", document.pk, error)
        return PreviewState.FAILED, []
    return (PreviewState.READY if rows else PreviewState.FAILED), rows


def _pictures(document: Document, caps: Limits) -> list[Preview]:
    source = store().path(document.storage_key)
    with tempfile.TemporaryDirectory(prefix="mediane-preview-") as folder:
        answer = _draw(source, folder, document, caps)
        if answer["flat"]:
            document.safe_sha256 = store().put(Path(answer["flat"]).read_bytes()).sha256
        rows = []
        for page in answer["pages"]:
            stored = store().put(Path(page["file"]).read_bytes())
            rows.append(
                Preview(
                    document=document,
                    page=page["page"],
                    sha256=stored.sha256,
                    width=page["width"],
                    height=page["height"],
                    text=page["text"],
                )
            )
        return rows


def _draw(source: Path, folder: str, document: Document, caps: Limits) -> dict[str, Any]:
    job = {
        "source": str(source),
        "media_type": document.media_type,
        "folder": folder,
        "pages": caps.preview_pages,
        "width": caps.preview_width,
        "thumbnail": caps.thumbnail_width,
        "pixels": caps.pixels,
        "characters": caps.text_characters,
        "flatten": document.active_content,
        "seconds": caps.preview_seconds,
        "memory": caps.preview_memory,
    }
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(Path(__file__).with_name("render.py")), json.dumps(job)],
            capture_output=True,
            timeout=caps.preview_seconds * 2,
            cwd=folder,
            env={"LANG": "C.UTF-8", "OMP_NUM_THREADS": "1"},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise CannotDraw("it takes too long") from error
    if done.returncode:
        raise CannotDraw(done.stderr.decode("utf-8", "replace").strip()[-200:] or f"status {done.returncode}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _text(document: Document, caps: Limits) -> list[Preview]:
    content = store().get(document.storage_key)
    text = mail_text(content) if document.media_type == "message/rfc822" else decode_text(content)
    if text is None:
        raise CannotDraw("no text")
    return [Preview(document=document, page=1, text=text.replace("\0", "")[: caps.text_characters])]


SHOWN_HEADERS = ("From", "To", "Cc", "Date", "Subject")


def mail_text(content: bytes) -> str:
    """A message as text: its main headers, its plain body (or, without one, that it has none), the names of what is
    attached. Nothing is fetched.
    """
    message = message_from_bytes(content, policy=policy.default)
    lines = []
    for name in SHOWN_HEADERS:
        try:
            value = message[name]
        except (ValueError, AttributeError, IndexError, TypeError):  # the parser of headers gives up on some real ones
            value = None
        if value:
            lines.append(f"{name}: {' '.join(str(value).split())}")
    body = _body(message)
    attached = []
    if message.is_multipart():
        # parts nested as no program nests them
        with contextlib.suppress(KeyError, AttributeError, TypeError, ValueError):
            attached = [part.get_filename() or part.get_content_type() for part in message.iter_attachments()]
    if attached:
        lines.append(f"[{', '.join(attached)}]")
    return "\n".join([*lines, "", body]).strip()


def _body(message: Any) -> str:
    import nh3

    for wanted in ("plain", "html"):
        part = (
            message.get_body(preferencelist=(wanted,))
            if message.is_multipart() or message.get_content_subtype() == wanted
            else None
        )
        if part is None:
            continue
        payload = part.get_payload(decode=True) or b""
        text = decode_text(payload) or payload.decode("latin-1")
        charset = part.get_content_charset()
        if charset:
            with contextlib.suppress(LookupError):
                text = payload.decode(charset, "replace")
        return text if wanted == "plain" else html.unescape(nh3.clean(text, tags=set()))
    return ""
