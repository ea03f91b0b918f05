"""Files coming in: through a form that may come back with an error, or one by one (mail, import, API).

    uploads = read_uploads(request, "pieces", context=f"case-{case_id}")

A file that was examined and accepted is already in the storage; if the form comes back, a signed token stands in it
instead of the file, so that nobody has to choose it again. A file that is refused is named, with why and what to do;
it takes nothing else with it.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from io import BytesIO
from typing import Any, BinaryIO, cast

from django import forms
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest
from django.utils.translation import gettext as _

from mediane.ground.documents.limits import Limits, limits
from mediane.ground.documents.storage import store
from mediane.ground.documents.types import ACCEPTED, clean_filename, inspect
from mediane.ground.ui import formats
from mediane.ground.ui.forms import Upload as UploadWidget
from mediane.kernel.refusals import Refusal

SALT = "mediane.documents.upload"


@dataclass(frozen=True)
class Upload:
    """A file examined and in the storage, which no row points at yet."""

    key: str
    size: int
    filename: str
    claimed_type: str
    media_type: str
    pages: int | None = None
    active_content: bool = False

    @property
    def sha256(self) -> bytes:
        return bytes.fromhex(self.key)

    @property
    def label(self) -> str:
        return f"{ACCEPTED[self.media_type].label}, {formats.size(self.size)}"

    def token(self, context: str) -> str:
        """Stands for the file in a form that came back.

        Good for the same context only (the case, the draft), for `kept_hours`.
        """
        return signing.dumps(asdict(self), salt=f"{SALT}:{context}", compress=True)


@dataclass(frozen=True)
class RefusedFile:
    filename: str
    code: str
    reason: str  # a sentence for people, in their language

    @property
    def problem(self) -> str:
        return _("« %(name)s » n’a pas été accepté.") % {"name": self.filename}


@dataclass
class Uploads:
    """`accepted` in the order given: those kept from the last try first."""

    context: str = ""
    accepted: list[Upload] = field(default_factory=list)
    refused: list[RefusedFile] = field(default_factory=list)

    @property
    def kept(self) -> list[tuple[Upload, str]]:
        """(file, token) for the form that comes back."""
        return [(upload, upload.token(self.context)) for upload in self.accepted]

    @property
    def accept(self) -> str:
        return ACCEPT

    @property
    def hint(self) -> str:
        caps = limits()
        return _(
            "PDF, photo, document Word ou OpenDocument, texte ou courriel. "
            "%(size)s au plus par fichier, %(total)s en tout."
        ) % {"size": formats.size(caps.file_bytes), "total": formats.size(caps.total_bytes)}

    def __bool__(self) -> bool:
        return bool(self.accepted)


# ---- one file ------------------------------------------------------------------------------------------------------
def accept_file(
    content: BinaryIO | bytes, *, filename: str, claimed_type: str = "", caps: Limits | None = None
) -> Upload:
    """Examine a file and put it in the storage.

    Refusal `file_refused` (facts: filename, why, …), `storage_full` or `storage_error`.
    """
    caps = caps or limits()
    shown = clean_filename(filename)
    with contextlib.ExitStack() as stack:
        stream = BytesIO(content) if isinstance(content, bytes) else content
        if not stream.seekable():
            stream = stack.enter_context(_spooled(stream, caps, shown))
        size = stream.seek(0, 2)
        if size > caps.file_bytes:
            raise _refused(shown, "too_large", size=size, cap=caps.file_bytes)
        try:
            found = inspect(stream, filename=shown, claimed_type=claimed_type, limits=caps)
        except Refusal as refusal:
            refusal.facts["filename"] = shown
            raise
        stream.seek(0)
        stored = store().put(stream, cap=caps.file_bytes)
    return Upload(
        stored.key, stored.size, shown, claimed_type[:120], found.media_type, found.pages, found.active_content
    )


def _refused(filename: str, why: str, **facts: Any) -> Refusal:
    return Refusal("file_refused", filename=filename, why=why, **facts)


def _spooled(stream: BinaryIO, caps: Limits, filename: str) -> Any:
    spool = tempfile.SpooledTemporaryFile(max_size=1 << 20)  # noqa: SIM115 — the caller closes it
    total = 0
    while block := stream.read(1 << 16):
        total += len(block)
        if total > caps.file_bytes:
            spool.close()
            raise _refused(filename, "too_large", size=total, cap=caps.file_bytes)
        spool.write(block)
    return spool


# ---- a form --------------------------------------------------------------------------------------------------------
class CappedUploadHandler(FileUploadHandler):
    """First of FILE_UPLOAD_HANDLERS:

    Stops writing a file to disk once it is over the cap, remembers its name, and lets the rest of the form come in.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.caps = limits()
        self.over: list[tuple[str, str, str]] = []  # field, file name, why
        self.total = self.current = self.count = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.current, self.count = 0, self.count + 1

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        # Not in new_file: Django closes what the other handlers hold when a file is skipped, there still the file
        # before.
        if self.count > self.caps.files:
            self._skip("too_many")
        self.current += len(raw_data)
        if self.current > self.caps.file_bytes:
            self._skip("too_large")
        if self.total + self.current > self.caps.total_bytes:
            self._skip("total_too_large")
        return raw_data

    def file_complete(self, file_size: int) -> None:
        self.total += file_size

    def _skip(self, why: str) -> None:
        self.over.append((self.field_name or "", clean_filename(self.file_name or ""), why))
        raise SkipFile


def read_uploads(request: HttpRequest, name: str = "pieces", *, context: str, caps: Limits | None = None) -> Uploads:
    """The files of one input of a posted form, those kept from an earlier try included (`<name>_kept`).

    Never raises for a file's sake.
    """
    handlers = [handler for handler in request.upload_handlers if isinstance(handler, CappedUploadHandler)]
    files, kept = request.FILES.getlist(name), request.POST.getlist(f"{name}_kept")
    over = [(filename, why) for handler in handlers for fieldname, filename, why in handler.over if fieldname == name]
    return take_files(files, kept, over=over, context=context, caps=caps)


def take_files(
    files: Iterable[UploadedFile],
    kept: Iterable[str] = (),
    *,
    over: Iterable[tuple[str, str]] = (),
    context: str,
    caps: Limits | None = None,
) -> Uploads:
    caps = caps or limits()
    uploads = Uploads(context)
    for token in kept:
        upload = _from_token(token, context, caps)
        if upload is not None and upload not in uploads.accepted:
            uploads.accepted.append(upload)
    for file in files:
        filename = clean_filename(file.name or "")
        try:
            if len(uploads.accepted) >= caps.files:
                raise _refused(filename, "too_many", cap=caps.files)
            if sum(upload.size for upload in uploads.accepted) + (file.size or 0) > caps.total_bytes:
                raise _refused(filename, "total_too_large", cap=caps.total_bytes)
            upload = accept_file(
                cast(BinaryIO, file.file or BytesIO()),
                filename=filename,
                claimed_type=file.content_type or "",
                caps=caps,
            )
            if upload not in uploads.accepted:  # the same file chosen twice
                uploads.accepted.append(upload)
        except Refusal as refusal:
            why = refusal.facts.get("why", refusal.code)
            uploads.refused.append(RefusedFile(filename, why, reason_of(why, refusal.facts, caps)))
    uploads.refused += [RefusedFile(filename, why, reason_of(why, {}, caps)) for filename, why in over]
    return uploads


def _from_token(token: str, context: str, caps: Limits) -> Upload | None:
    """None for a token that was altered, is of another form or too old:

    Its file may be gone, and must be chosen again.
    """
    try:
        upload = Upload(**signing.loads(token, salt=f"{SALT}:{context}", max_age=caps.kept_hours * 3600))
        store().touch(upload.key)
    except (signing.BadSignature, FileNotFoundError, TypeError, ValueError):
        return None
    return upload


class UploadField(forms.FileField):
    """The input in a Django form.

    Its value is read by `read_uploads`, never by the form, which would lose the files when it comes back.
    """

    widget = UploadWidget

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False} | kwargs)
        self.widget.attrs["accept"] = ACCEPT

    def clean(self, data: Any, initial: Any = None) -> None:
        """Nothing: see `read_uploads`."""


ACCEPT = ",".join(f".{extension}" for kind in ACCEPTED.values() for extension in kind.extensions)
"""For the `accept` attribute. Phones turn their own format into JPEG when JPEG stands first among the images."""


# ---- words ---------------------------------------------------------------------------------------------------------
def reason_of(why: str, facts: dict[str, Any] | None = None, caps: Limits | None = None) -> str:
    """Why a file was refused and what to do instead, in one or two plain sentences."""
    facts, caps = facts or {}, caps or limits()
    words = {
        "empty": _("Ce fichier est vide. Choisissez-le de nouveau, ou photographiez le document."),
        "too_large": _("Ce fichier dépasse %(cap)s. Réduisez-le, ou déposez le document en plusieurs fichiers."),
        "total_too_large": _("L’ensemble dépasse %(total)s. Envoyez d’abord les autres fichiers, puis celui-ci."),
        "too_many": _("On peut envoyer %(files)s fichiers à la fois. Envoyez celui-ci ensuite."),
        "unsupported": _("Ce type de fichier n’est pas accepté. Enregistrez-le en PDF, ou photographiez le document."),
        "mismatch": _(
            "Le nom de ce fichier annonce un document %(claimed)s, mais son contenu est de type %(real)s. "
            "Renommez-le, ou enregistrez-le en PDF."
        ),
        "polyglot": _(
            "Ce fichier contient deux formats à la fois (%(real)s et %(other)s). "
            "Enregistrez de nouveau le document en PDF."
        ),
        "password": _(
            "Ce fichier est protégé par un mot de passe : nous ne pouvons pas le lire. "
            "Enregistrez-le sans mot de passe."
        ),
        "damaged": _(
            "Ce fichier est abîmé ou incomplet : nous ne pouvons pas le lire. "
            "Enregistrez-le de nouveau, ou photographiez le document."
        ),
        "too_many_pixels": _(
            "Cette image est trop grande pour être lue. Réduisez ses dimensions, ou prenez une photo plus petite."
        ),
        "too_many_pages": _("Ce fichier a trop de pages. Enregistrez-le en PDF."),
        "bomb": _("Ce fichier devient démesuré une fois ouvert. Enregistrez de nouveau le document en PDF."),
        "unsafe_archive": _(
            "La structure interne de ce fichier est anormale. Enregistrez de nouveau le document en PDF."
        ),
        "macros": _("Ce document contient des macros. Enregistrez-le en PDF."),
        "embedded_object": _(
            "Ce document contient un objet incorporé ou un lien vers un autre fichier. Enregistrez-le en PDF."
        ),
        "nested": _("Ce fichier en contient trop d’autres, emboîtés. Déposez les documents un par un."),
        "archive": _("Les archives (ZIP, RAR…) ne sont pas acceptées. Déposez les documents un par un."),
        "old_office": _("Cet ancien format n’est pas accepté. Enregistrez le document en PDF."),
        "storage_full": _(
            "Le fichier n’a pas pu être enregistré : l’espace de stockage est plein. "
            "Votre saisie est gardée ; réessayez plus tard."
        ),
        "storage_error": _(
            "Le fichier n’a pas pu être enregistré à cause d’un incident de stockage. "
            "Votre saisie est gardée ; réessayez."
        ),
    }
    values = {
        "cap": formats.size(caps.file_bytes),
        "total": formats.size(caps.total_bytes),
        "files": caps.files,
        "claimed": facts.get("claimed", ""),
        "real": facts.get("real", ""),
        "other": facts.get("other", ""),
    }
    return words.get(why, words["unsupported"]) % values
