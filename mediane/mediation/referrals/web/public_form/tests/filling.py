"""Filling in the form as a browser without JavaScript does: read a page, send back its hidden fields with what was typed."""

from __future__ import annotations

from functools import lru_cache
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile

from mediane.ground.accounts.tests.factories import Browser, statements


@lru_cache
def _blank(mark: str) -> bytes:
    made, out = pikepdf.new(), BytesIO()
    made.add_blank_page(page_size=(200, 200))
    made.docinfo["/Subject"] = mark
    made.save(out, static_id=True)
    return out.getvalue()


def pdf(name: str = "reclamation.pdf", mark: str = "") -> SimpleUploadedFile:
    """A small real PDF; another `mark` is another file."""
    return SimpleUploadedFile(name, _blank(mark), content_type="application/pdf")


class _Hidden(HTMLParser):
    """Hidden fields of the page's POST forms, without the token against forgery."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.posting = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.posting = (given.get("method") or "").lower() == "post" and "preferences" not in (
                given.get("action") or ""
            )
        elif (
            tag == "input"
            and self.posting
            and given.get("type") == "hidden"
            and given.get("name") != "csrfmiddlewaretoken"
        ):
            self.found[given["name"] or ""] = given.get("value") or ""


def statements_of(browser: Browser, address: str) -> list[str]:
    """What a page asks of the database, without the last statement of the test room (it takes the test's own scope up again)."""
    asked = statements(browser, address)
    return asked[:-1] if asked and asked[-1].startswith("SELECT set_config('app.scope', 'system'") else asked


def hidden_of(html: str) -> dict[str, str]:
    reader = _Hidden()
    reader.feed(html)
    return reader.found


def day(name: str, text: str) -> dict[str, str]:
    """ "14 10 2026" in the three boxes."""
    return dict(zip((f"{name}_day", f"{name}_month", f"{name}_year"), text.split(), strict=True))


def answers(trader: int | str) -> dict[str, dict[str, Any]]:
    """Every step of an admissible referral, by the step's address."""
    return {
        "entreprise": {"q": "colis", "trader": str(trader)},
        "a-quel-titre": {"requester_kind": "consumer"},
        "sujet": {"contract_reference": "6A12345678901"},
        "faits": {
            "summary": "Colis déclaré livré, jamais reçu",
            "facts": "Le 24 juin, le suivi indique une remise au gardien.\nLe gardien n’a rien reçu.",
        },
        "reclamation": {"complained": "written"},
        "reclamation-ecrite": {
            **day("complaint_on", "2 7 2026"),
            "complaint_channel": "email",
            "asked_of_trader": "Le remboursement.",
        },
        "preuve": {"pieces": pdf()},
        "reponse": {"answer": "refused"},
        "reponse-recue": {**day("answered_on", "15 7 2026"), "trader_reply": "Elle dit que le colis est livré."},
        "second-service": {"asked": "yes", **day("level2_on", "1 8 2026"), **day("level2_answered_on", "20 8 2026")},
        "autres-demarches": {"other_mediator": "no", "court": "no", "other_proceedings": ""},
        "demande": {"asked_now": "Je demande le remboursement du colis.", "amount_claimed": "1 412,50 €"},
        "identite": {"gender": "f", "first_name": "Camille", "last_name": "Roussel"},
        "vous-joindre": {"by": "email", "email": "Camille.Roussel@example.test", "phone": "06 12 34 56 78"},
        "adresse": {"address": "14 rue des Tilleuls", "postcode": "44000", "city": "Nantes", "country": "FR"},
        "pieces": {},
    }


class Filler:
    """A person with a browser on one body's form."""

    def __init__(self, slug: str, browser: Browser | None = None) -> None:
        self.browser, self.slug = browser or Browser(), slug

    def address(self, step: str = "") -> str:
        return f"/b/{self.slug}/saisir/" + (f"{step}/" if step else "")

    def get(self, step: str = "", **query: str) -> Any:
        return self.browser.get(self.address(step), query)

    def post(self, step: str, typed: dict[str, Any], **more: Any) -> Any:
        """Read the page, then send it."""
        page = self.get(step, **({"q": typed["q"]} if "q" in typed else {}))
        hidden = hidden_of(page.content.decode()) if page.status_code == 200 else {}
        return self.browser.post(self.address(step), {**hidden, **typed, **more})

    def fill(self, trader: int | str, *, until: str = "", **changes: dict[str, Any]) -> Any:
        """Every step on the way, as the pages lead, up to the summary (or the step `until`); the last answer."""
        todo = answers(trader) | changes
        step, response = "entreprise", None
        for _turn in range(40):
            if step in ("verification", until):
                return response
            response = self.post(step, todo.get(step, {}))
            assert response.status_code == 302, f"{step}: {response.status_code}\n{_errors(response.content.decode())}"
            step = response["Location"].split("?")[0].rstrip("/").rsplit("/", 1)[1]
        raise AssertionError(f"turns in circles at {step}")

    def send(self) -> Any:
        return self.post("verification", {})


def _errors(html: str) -> str:
    import re

    return (
        " | ".join(
            re.sub(r"<[^>]+>", " ", found)
            for found in re.findall(r'<(?:div|p) class="(?:errors|field__error)".*?</(?:div|p)>', html, re.DOTALL)
        )
        or "no error is shown"
    )
