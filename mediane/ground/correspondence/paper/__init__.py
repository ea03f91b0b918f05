"""From a rendered letter to its PDF (PDF/A-3a and PDF/UA-1), by one warm Typst compiler a process.

`compose` gives the JSON that `letter.typ` reads; it is kept with the letter, so that what left can be compiled again byte for byte in content.
"""

from __future__ import annotations

import io
import json
import threading
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from mediane.ground.correspondence.blocks import blanked, shown_address, text_of
from mediane.ground.correspondence.frames import Addressee, Sender
from mediane.ground.correspondence.rendering import RenderedLetter
from mediane.ground.correspondence.typography import said, set_text

HERE = Path(__file__).parent
SIZES = {"standard": 10.5, "comfortable": 12, "large": 16}
STANDARDS: Any = ["a-3a", "ua-1"]
REGIONS = {"fr": "FR", "en": "GB"}
A_PAGE = range(850, 1400)  # signs of a text that fills page one, more or less
LONG_CELL = 26  # signs in a first cell from which the column of dates goes last


def compose(
    rendered: RenderedLetter,
    *,
    sender: Sender,
    addressee: Addressee,
    written_on: date,
    case_number: str,
    follow_up_url: str = "",
    layout: str = "letter",
    private: bool = True,
    verification_url: str = "",
    attach: bool = True,
    secret_link: bool = False,
    extra_enclosures: tuple[str, ...] = (),
) -> dict[str, Any]:
    """The JSON of `letter.typ`. `private` false: neither follow-up address nor data attachment (a certificate is read by third parties).

    `secret_link`: the follow-up address opens the case; `without_secrets` takes it out of the kept copy.
    """
    language = rendered.language
    with override(language):
        name, gender = sender.signs
        qr_url = follow_up_url if private else verification_url
        return {
            "lang": language,
            "region": REGIONS[language],
            "size": SIZES[addressee.text_size],
            "nearly": addressee.text_size == "standard" and len(rendered.plain_text) in A_PAGE,
            "kind": rendered.kind,
            "title": set_text(
                _("{subject} – dossier {number}").format(subject=rendered.title, number=case_number), language
            ),
            "description": rendered.basis or rendered.title,
            "body": {
                "name": sender.body_name,
                "role": _("Médiateur de la consommation"),
                "lines": _sender_lines(sender),
                "logo": sender.logo_svg,
                "reply_to": sender.contact_email or sender.email,
            },
            "address": list(addressee.postal_lines) or [addressee.name],
            "references": [[_("Votre dossier"), case_number], *map(list, rendered.references)],
            "date": said(written_on, language),
            # A certificate says where and when in its own words.
            "place_date": _("{city}, le {day}").format(city=sender.city, day=said(written_on, language))
            if layout == "letter"
            else "",
            "case_number": case_number,
            "object": rendered.title,
            "basis": rendered.basis,
            "greeting": greeting(addressee) if layout == "letter" else "",
            "blocks": [_drawable(block) for block in rendered.blocks],
            "closing": closing(addressee) if layout == "letter" else "",
            "signature": {"name": name, "role": title_of(sender, gender), "image": sender.signature_svg},
            "qr": _qr(qr_url, private, secret_link and private) if qr_url else None,
            "contact": contact(sender) if layout == "letter" else "",
            "enclosures": [*rendered.enclosures, *extra_enclosures],
            "data_notice": data_notice(sender, language),
            "forms": [
                {"title": form.title, "blocks": [_drawable(block) for block in form.blocks]}
                for form in rendered.enclosed
            ],
            "attach": attach and private,
            "labels": {
                "case": _("Dossier"),
                "page": _("Page"),
                "question": _("Une question ?"),
                "enclosures": _("Pièces jointes :"),
                "signature": _("Signature de {name}").format(name=name),
                "attachment": _("Données de la lettre, lisibles par une machine"),
            },
        }


def _drawable(block: dict[str, Any]) -> dict[str, Any]:
    if block["t"] != "table":
        return block
    return {**block, "long": any(len(text_of(row[0])) > LONG_CELL for row in block["rows"])}


def _sender_lines(sender: Sender) -> list[str]:
    lines = [*sender.postal_lines]
    if sender.phone:
        lines.append(_("Téléphone : {number}").format(number=sender.phone))
        if sender.phone_hours:
            lines.append(sender.phone_hours)
    if sender.site:
        lines.append(shown_address(sender.site))
    return lines


def greeting(addressee: Addressee) -> str:
    """« Madame Morel, »; « Madame, Monsieur, » when the civility is unknown: never guessed."""
    if addressee.civility and addressee.last_name:
        return _("{civility} {name},").format(civility=addressee.civility, name=addressee.last_name)
    return _("Madame, Monsieur,")


def closing(addressee: Addressee) -> str:
    """Whole formulas: a language says them in its own way (“Yours sincerely,”)."""
    if addressee.civility and addressee.gender == "f":
        return _("Je vous prie de recevoir, Madame, mes salutations distinguées.")
    if addressee.civility and addressee.gender == "m":
        return _("Je vous prie de recevoir, Monsieur, mes salutations distinguées.")
    return _("Je vous prie de recevoir, Madame, Monsieur, mes salutations distinguées.")


def title_of(sender: Sender, gender: str) -> str:
    if sender.by_delegation:
        return _("pour le médiateur, par délégation")
    return _("Médiatrice de la consommation") if gender == "f" else _("Médiateur de la consommation")


def contact(sender: Sender) -> str:
    """Who answers, by which means; the postal address always does."""
    phone = sender.contact_phone or sender.phone
    email = sender.contact_email or sender.email
    hours = f" ({sender.phone_hours})" if phone and sender.phone_hours and not sender.contact_phone else ""
    means = [part for part in (sender.contact_name, phone and phone + hours, email) if part]
    means.append(_("ou par courrier à notre adresse") if means else _("Écrivez à notre adresse"))
    return ", ".join(means) + ". " + _("Indiquez votre numéro de dossier.")


def data_notice(sender: Sender, language: str) -> str:
    """GDPR art. 13-14, on every page."""
    notice = _(
        "{body} traite vos données pour la médiation. Vous pouvez les consulter, les faire corriger et, dans certains cas, les faire effacer : "
        "{contact}. Durées et détails : {url}. Réclamation possible auprès de la CNIL."
    )
    to = sender.dpo_contact or sender.email or ", ".join(sender.postal_lines)
    return set_text(notice.format(body=sender.body_name, contact=to, url=shown_address(sender.privacy_url)), language)


def without_secrets(paper: dict[str, Any]) -> dict[str, Any]:
    """The same paper with its secrets blanked: access code, personal address, QR."""
    kept: dict[str, Any] = blanked(paper)
    if kept["qr"] and kept["qr"].get("secret"):
        kept["qr"] = None
    return kept


def has_secrets(paper: dict[str, Any]) -> bool:
    return without_secrets(paper) != paper


def _qr(url: str, private: bool, secret: bool) -> dict[str, Any]:
    shown = shown_address(url)
    label = _("Suivre votre dossier") if private else _("Vérifier cette attestation")
    alt = _("Code QR vers {address}").format(address=shown)
    return {"alt": alt, "label": label, "url": url, "text": shown, "secret": secret}


@lru_cache(maxsize=1)
def font_folders() -> list[str]:
    """The folders of the two typefaces (OFL), from their packages: the machine's own fonts are never used."""
    import fontpkg_inter
    import fontpkg_source_serif_4

    return sorted({str(Path(package.__file__).parent / "files") for package in (fontpkg_inter, fontpkg_source_serif_4)})


_compilers: dict[str, Any] = {}
_lock = threading.Lock()  # one warm compiler a process and source, for one thread at a time


def compile_typst(source: str, data: dict[str, Any], *, at: datetime | None = None, **inputs: str) -> bytes:
    """A PDF from a source of this folder. `at` is written as its date of creation, so that the same letter gives the same bytes.

    Raises typst.TypstError when the result would violate PDF/UA-1 or PDF/A-3a.
    """
    import typst

    with _lock:
        compiler = _compilers.get(source)
        if compiler is None:
            compiler = _compilers[source] = typst.Compiler(
                str(HERE / source), root=str(HERE), font_paths=font_folders(), ignore_system_fonts=True
            )  # fmt: skip
        sys_inputs = {"data": json.dumps(data, ensure_ascii=False), **inputs}
        when = at.replace(microsecond=0) if at else None  # a PDF's date has none
        pdf: Any = compiler.compile(format="pdf", sys_inputs=sys_inputs, pdf_standards=STANDARDS, timestamp=when)
    return bytes(pdf)


def letter_pdf(paper: dict[str, Any], *, at: datetime | None = None, guides: bool = False) -> bytes:
    """The letter's PDF. The QR is drawn here, in the worker: it costs as much as the rest of the writing."""
    inputs = {"guides": "1"} if guides else {}
    if paper["qr"]:
        inputs["qr"] = _qr_svg(paper["qr"]["url"])
    return compile_typst("letter.typ", paper, at=at, **inputs)


def _qr_svg(url: str) -> str:
    import segno

    out = io.BytesIO()
    code = segno.make(url, error="m", micro=False)
    code.save(out, kind="svg", border=0, dark="#18202b", xmldecl=False, svgclass=None, lineclass=None)
    return out.getvalue().decode()
