"""Letters on paper: every kind compiles under PDF/A-3a and PDF/UA-1 together (the compiler is the validator), every statement can be read in the
PDF itself, and the window of the envelope shows the address and nothing else."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pikepdf
import pypdfium2 as pdfium
import pytest

from mediane.ground.correspondence.blocks import run_lists, text_of
from mediane.ground.correspondence.frames import Sample
from mediane.ground.correspondence.kinds import LetterKind, kind_of, languages_of
from mediane.ground.correspondence.paper import compose, letter_pdf, without_secrets
from mediane.ground.correspondence.rendering import render
from mediane.mediation.referrals.letters import KINDS
from mediane.mediation.referrals.letters.samples import samples_of

MM = 72 / 25.4
PAGE_HEIGHT = 297 * MM
AT = datetime(2026, 11, 23, 9, tzinfo=UTC)


def paper_of(kind: LetterKind, sample: Sample, language: str = "fr", **changes: Any) -> dict[str, Any]:
    addressee = replace(sample.addressee, **changes)
    rendered = render(
        kind, sample.audience, sample.context, sample.sender, addressee_gender=addressee.gender, language=language
    )
    return compose(
        rendered,
        sender=sample.sender,
        addressee=addressee,
        written_on=date(2026, 11, 23),
        case_number=sample.context.case_number,
        follow_up_url=sample.context.follow_up_url,
        layout=kind.layout,
        private=not kind.content_free,
        verification_url=getattr(sample.context, "verification_url", ""),
        secret_link="follow_up_url" in kind.secrets(sample.audience),
    )


def flat(text: str) -> str:
    """Text as read from a PDF: line ends, soft breaks and hyphens at the end of a line say nothing."""
    text = re.sub("[-\u2010\u200b\u2060\ufffe\x02]", "", text)
    return re.sub(r"\s+", "", text)


def body_text(pdf: bytes) -> str:
    """All that is read between header and footer, page after page."""
    document = pdfium.PdfDocument(pdf)
    try:
        parts = []
        for page in document:
            text = page.get_textpage()
            parts.append(
                text.get_text_bounded(
                    left=0, bottom=25 * MM, right=210 * MM, top=PAGE_HEIGHT - (0 if not parts else 18 * MM)
                )
            )
            text.close()
            page.close()
        return "\n".join(parts)
    finally:
        document.close()


def samples() -> Iterator[Any]:
    for kind in KINDS:
        for language in languages_of(kind):
            for n, sample in enumerate(samples_of(kind.code, language)):
                yield pytest.param(kind, sample, language, id=f"{kind.code}-{sample.audience}-{n}-{language}")


@pytest.mark.parametrize(("kind", "sample", "language"), samples())
def test_every_letter_is_pdf_ua_and_pdf_a_and_can_be_read(kind: LetterKind, sample: Sample, language: str) -> None:
    paper = paper_of(kind, sample, language)
    pdf = letter_pdf(paper, at=AT)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        metadata = opened.open_metadata()
        assert metadata["pdfaid:part"] == "3"
        assert metadata["pdfaid:conformance"] == "A"
        assert metadata["pdfuaid:part"] == "1"
        assert str(opened.Root.Lang).startswith(language)
        assert opened.Root.ViewerPreferences.DisplayDocTitle
        assert paper["case_number"] in metadata["dc:title"]
    read = flat(body_text(pdf))
    for block in (*paper["blocks"], *(block for form in paper["forms"] for block in form["blocks"])):
        for runs in run_lists(block):
            assert flat(text_of(runs)) in read, text_of(runs)


def characters(pdf: bytes, page_number: int = 0) -> Iterator[tuple[str, float, float]]:
    """Each visible character of a page with its middle, in millimetres from the left and from the top."""
    document = pdfium.PdfDocument(pdf)
    try:
        page = document[page_number]
        text = page.get_textpage()
        for n in range(text.count_chars()):
            left, bottom, right, top = text.get_charbox(n)
            character = text.get_text_range(n, 1)
            if character.strip() and right > left:
                yield character, (left + right) / 2 / MM, (PAGE_HEIGHT - (bottom + top) / 2) / MM
        text.close()
        page.close()
    finally:
        document.close()


@pytest.mark.parametrize("size", ["standard", "comfortable", "large"])
@pytest.mark.parametrize(
    ("code", "lines"), [("notification_consumer", 6), ("end_certificate", 4), ("referral_receipt", 1)]
)
def test_the_window_shows_the_address_and_nothing_else(code: str, lines: int, size: str) -> None:
    kind, sample = kind_of(code), samples_of(code)[0]
    address = [f"LIGNE {n} DE L ADRESSE AU PLUS LONG POSSIBLE"[:38] for n in range(1, lines + 1)]
    long_head = replace(
        sample.sender,
        postal_lines=(
            "Service de la médiation de la consommation",
            "14, quai des Tilleuls",
            "Bâtiment des Docks",
            "44999 Belle-Rive Cedex",
        ),
    )
    pdf = letter_pdf(paper_of(kind, replace(sample, sender=long_head), postal_lines=tuple(address), text_size=size))
    around, inside = [], []
    for character, x, y in characters(pdf):
        if 110 <= x <= 195 and 50 <= y <= 85:
            inside.append(character)
        elif 100 <= x <= 200 and 45 <= y <= 90:
            around.append(character)
    assert around == []
    assert "".join(inside) == "".join(address).replace(" ", "")


def test_large_print_is_large_and_the_others_never_small() -> None:
    kind, sample = kind_of("notification_consumer"), samples_of("notification_consumer")[0]
    for size, points in (("standard", 10.5), ("comfortable", 12), ("large", 16)):
        with pikepdf.open(io.BytesIO(letter_pdf(paper_of(kind, sample, text_size=size)))) as pdf:
            sizes = [
                float(m)
                for m in re.findall(rb"/\w+ ([\d.]+) Tf", b"".join(page.Contents.read_bytes() for page in pdf.pages))
            ]
            assert points in sizes
            assert min(sizes) >= (7 if size != "large" else 8)


def test_a_proposal_carries_its_form_in_the_same_file() -> None:
    kind, sample = kind_of("proposal_consumer"), samples_of("proposal_consumer")[0]
    read = flat(body_text(letter_pdf(paper_of(kind, sample))))
    assert flat("J’accepte la proposition de solution.") in read
    assert flat("Je refuse la proposition de solution.") in read


def test_the_data_travels_with_the_letter_and_not_with_the_certificate() -> None:
    kind, sample = kind_of("extension"), samples_of("extension")[0]
    with pikepdf.open(io.BytesIO(letter_pdf(paper_of(kind, sample)))) as pdf:
        assert (
            json.loads(pdf.attachments["lettre.json"].get_file().read_bytes())["case_number"]
            == sample.context.case_number
        )
    kind, sample = kind_of("end_certificate"), samples_of("end_certificate")[0]
    paper = paper_of(kind, sample)
    with pikepdf.open(io.BytesIO(letter_pdf(paper))) as pdf:
        assert not list(pdf.attachments)
    assert paper["qr"]["url"] == "https://bellerive.example/verifier"


def test_the_kept_copy_tells_no_secret() -> None:
    """After dispatch neither the code nor the personal address can be read, not even in the attachment or behind the QR."""
    kind, sample = kind_of("referral_receipt"), samples_of("referral_receipt")[0]
    paper = paper_of(kind, sample)
    sent = letter_pdf(paper, at=AT)
    assert flat("4729 0381 6650 1294") in flat(body_text(sent))
    kept = letter_pdf(without_secrets(paper), at=AT)
    with pikepdf.open(io.BytesIO(kept)) as pdf:
        everything = pdf.attachments["lettre.json"].get_file().read_bytes()
        links = [str(a.A.URI) for page in pdf.pages for a in page.get("/Annots", []) if "/A" in a]
    read = body_text(kept) + everything.decode()
    for secret in ("4729", "1294", "7KQ2"):
        assert secret not in flat(read)
    assert not [link for link in links if "/s/" in link]
    assert flat("••••") in flat(read)


@pytest.mark.parametrize(("code", "n", "pages"), [("refusal_no_prior_complaint", 0, 2), ("redirected_level", 1, 1)])
def test_a_letter_keeps_to_one_sheet_where_a_little_less_room_lets_it(code: str, n: int, pages: int) -> None:
    """Without it these leave three lines and a signature on a second page (the first has its model of a complaint behind it)."""
    paper = paper_of(kind_of(code), samples_of(code)[n])
    assert paper["nearly"]
    for nearly, expected in ((True, pages), (False, pages + 1)):
        with pikepdf.open(io.BytesIO(letter_pdf({**paper, "nearly": nearly}))) as pdf:
            assert len(pdf.pages) == expected


def test_long_names_do_not_print_over_the_next_column() -> None:
    kind = kind_of("direct_agreement")
    sample = next(s for s in samples_of(kind.code) if s.label == "nom très long")
    boxes: list[tuple[float, float]] = []
    document = pdfium.PdfDocument(letter_pdf(paper_of(kind, sample)))
    text = document[0].get_textpage()
    seen = text.get_text_range()
    for word in ("Quoi", "Au plus tard le"):
        at = seen.index(word)
        left = text.get_charbox(at)[0]
        right = text.get_charbox(at + len(word) - 1)[2]
        boxes.append((left, right))
    text.close()
    document.close()
    assert boxes[0][1] < boxes[1][0]


def test_the_same_letter_gives_the_same_bytes() -> None:
    kind, sample = kind_of("closing"), samples_of("closing")[0]
    paper = paper_of(kind, sample)
    assert letter_pdf(paper, at=AT) == letter_pdf(paper, at=AT)


def test_what_people_typed_is_never_read_as_typst() -> None:
    """Data go in as JSON: markup, code and quotes are print."""
    kind, sample = kind_of("refusal_unfounded_or_abusive"), samples_of("refusal_unfounded_or_abusive")[0]
    typed = '#read("/etc/passwd") *gras* $x^2$ "guillemets" \\ @ref <label> {{case_number}} // fin.'
    context = replace(sample.context, mediator_reason=typed)
    pdf = letter_pdf(paper_of(kind, replace(sample, context=context)))
    assert flat(typed.replace("'", "’")) in flat(body_text(pdf))
