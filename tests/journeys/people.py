"""People of the stories: each with a browser of their own on one served installation, signed in once a session.

A story says what a person does in the words of the pages' own names: fields by `name`, acts by address, buttons by role. So it survives a restyling.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mediane.ground.accounts.tests.factories import PASSWORD, fresh_code
from mediane.ground.correspondence.tests.mailserver import MailServer
from mediane.ground.ui.testing import assert_new_page_axe_clean
from mediane.kernel.moments import paris_day, utc_now
from tests.journeys.backstage import SAYS
from tests.room.live import LiveHome

ROOT = Path(__file__).parents[2]
Look = Callable[[Any], None]


# ---- behind the stage -------------------------------------------------------------------------------------------------------------
class Stage:
    """`stage.case("main", "in_mediation")` calls the function of `backstage.py` of that name in a process on the live home."""

    def __init__(self, home: LiveHome) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.journeys.backstage"], cwd=ROOT, env=home.env | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            assert self._process.stdin and self._process.stdout
            self._process.stdin.write(json.dumps([name, arguments, named], default=str) + "\n")
            self._process.stdin.flush()
            for line in self._process.stdout:
                if line.startswith(SAYS):
                    how, value = json.loads(line[len(SAYS) :])
                    assert how == "ok", value
                    return value
            raise AssertionError("the process behind the stage ended")

        return call

    def end(self) -> None:
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait(20)


# ---- the town ---------------------------------------------------------------------------------------------------------------------
@dataclass
class Town:
    """One served installation with its mail server. `on(browser)` gives people their browsers for one test."""

    home: LiveHome
    base: str
    mail: MailServer
    stage: Stage
    sessions: dict[str, Any] = field(default_factory=dict)

    def mails_to(self, address: str, *, about: str = "", patience: float = 40, count: int = 1) -> list[Any]:
        """E-mails that reached this address through SMTP, once there are `count`; `about` is found in subject or text."""
        deadline = time.monotonic() + patience
        while True:
            found = [
                m
                for m in list(self.mail.messages)
                if address in (m["To"] or "") and about in f"{m['Subject']}\n{words_of(m)}"
            ]
            if len(found) >= count:
                return found
            if time.monotonic() > deadline:
                raise AssertionError(
                    f"no e-mail about {about!r} to {address}; there are {[(m['To'], m['Subject']) for m in self.mail.messages][-12:]}"
                )
            time.sleep(0.1)


def words_of(message: Any) -> str:
    part = message.get_body(("plain", "html"))
    return str(part.get_content()) if part else ""


def link_in(message: Any, start: str) -> str:
    """The path of the first link of an e-mail whose path begins with `start`."""
    for found in re.findall(r"https?://[^\s<>\"]+", words_of(message)):
        parts = urlsplit(found)
        if parts.path.startswith(start):
            return parts.path + (f"?{parts.query}" if parts.query else "")
    raise AssertionError(f"no link to {start} in {words_of(message)}")


def nothing(page: Any) -> None:
    """Where there is no script to look with."""


def overflow(page: Any) -> int:
    """By how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def look(page: Any) -> None:
    """Every page visited: axe finds nothing, and nothing sticks out."""
    assert_new_page_axe_clean(page)
    assert overflow(page) <= 0, f"{page.url} is {overflow(page)} px too wide"


class Company:
    """Those who act in one test. Each has a page in a context of their own; staff and traders keep the session they signed in for."""

    PASSWORD = PASSWORD
    look: Look = staticmethod(look)

    def __init__(self, town: Town, browser: Any) -> None:
        self.town, self.browser = town, browser
        self.pages: dict[str, Person] = {}

    def __enter__(self) -> Company:
        return self

    def __exit__(self, *_error: object) -> None:
        for person in self.pages.values():
            person.page.context.close()

    def staff(self, email: str, *, plain: bool = False, **context: Any) -> Person:
        """Somebody with an account: signs in with password and second factor the first time, comes back with that session later.

        `plain`: a browser without JavaScript."""
        known = f"{email}{' plain' if plain else ''}{sorted(context.items()) or ''}"
        if known not in self.pages:
            if email not in self.town.sessions:
                first = self._context()
                sign_in(first.new_page(), self.town.base, email)
                self.town.sessions[email] = first.storage_state()
                first.close()
            made = self._context(storage_state=self.town.sessions[email], java_script_enabled=not plain, **context)
            self.pages[known] = Person(self.town, made.new_page(), nothing if plain else self.look)
        return self.pages[known]

    def consumer(self, pk: int, *, plain: bool = False, **context: Any) -> Person:
        """The consumer of a case, come in by the personal link."""
        known = f"consumer {pk}{' plain' if plain else ''}"
        if known not in self.pages:
            made = self._context(java_script_enabled=not plain, **context)
            person = Person(self.town, made.new_page(), nothing if plain else self.look)
            person.open_link(self.town.stage.link(pk))
            self.pages[known] = person
        return self.pages[known]

    def stranger(self, *, plain: bool = False, **context: Any) -> Person:
        made = self._context(java_script_enabled=not plain, **context)
        self.pages[f"stranger {len(self.pages)}"] = person = Person(
            self.town, made.new_page(), nothing if plain else look
        )
        return person

    def _context(self, **options: Any) -> Any:
        context = self.browser.new_context(**{"locale": "fr-FR", "accept_downloads": True} | options)
        context.set_default_timeout(20_000)
        return context


def sign_in(page: Any, base: str, email: str, password: str = PASSWORD, look: Look = nothing) -> None:
    """Password, then the code that the application shows; ends on the person's own first page."""
    page.goto(f"{base}/compte/connexion/")
    look(page)
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(password)
    page.locator("main form, form").filter(has=page.locator("[name=password]")).locator("[type=submit]").first.click()
    page.wait_for_url("**/connexion/code/")
    look(page)
    page.locator("[name=code]").fill(fresh_code())
    page.locator("form").filter(has=page.locator("[name=code]")).locator("[type=submit]").first.click()
    page.wait_for_url(lambda url: "/connexion/" not in url)


def put(page: Any, name: str, value: Any) -> None:
    """Type, tick or choose, as the field asks. A day is a `date`, in one box or three; a box to tick is True."""
    if isinstance(value, date) and not page.locator(f"main [name='{name}']").count():
        for part, text in (("day", value.day), ("month", value.month), ("year", value.year)):
            page.locator(f"main [name='{name}_{part}']").fill(str(text))
        return
    fields = page.locator(f"main [name='{name}']:not([type=hidden])")
    kind = fields.first.get_attribute("type")
    if value is True:
        fields.first.check()
    elif kind in ("radio", "checkbox"):
        page.locator(f"main [name='{name}'][value='{value}']").check()
    elif fields.first.evaluate("node => node.tagName") == "SELECT":
        fields.select_option(str(value))
    else:
        fields.first.fill(said(value, kind))


def said(value: Any, kind: str | None = "text") -> str:
    """What a person types: a day as it is written in France, unless the box is the browser's own calendar."""
    if isinstance(value, date):
        return value.isoformat() if kind == "date" else f"{value:%d/%m/%Y}"
    return str(value)


class Person:
    """Somebody in front of a page. Every page they come to is looked at."""

    def __init__(self, town: Town, page: Any, look: Look) -> None:
        self.town, self.page, self.look = town, page, look

    # ---- going about --------------------------------------------------------------------------------------------------------------
    def go(self, address: str, *, expect: int = 200) -> Person:
        answer = self.page.goto(self.town.base + address)
        assert answer.status == expect, f"{address}: {answer.status}"
        self.look(self.page)
        return self

    @property
    def text(self) -> str:
        """What is read on the page, folded parts included, with plain spaces."""
        return " ".join(self.page.locator("main").first.text_content().split())

    def reads(self, *texts: str) -> Person:
        for text in texts:
            assert text in self.text, f"« {text} » is not on {self.page.url}:\n{self.text[:3000]}"
        return self

    def does_not_read(self, *texts: str) -> Person:
        for text in texts:
            assert text not in self.text, f"« {text} » is on {self.page.url}"
        return self

    def fill(self, **fields: Any) -> Person:
        for name, value in fields.items():
            put(self.page, name, value)
        return self

    def send(self, form: str, **fields: Any) -> Person:
        """Fill the form whose action ends so, and press its button. A form folded away is unfolded first."""
        return self.submit(self.page.locator(f"main form[action$='{form}'], main form[action*='{form}#']"), **fields)

    def submit(self, form: Any, *, button: str = "[type=submit], button:not([type])", **fields: Any) -> Person:
        unfold(form)
        for name, value in fields.items():
            box = form.locator(f"[name='{name}']:not([type=hidden])")
            unfold(box.first)
            kind = box.first.get_attribute("type")
            if isinstance(value, dict):
                box.first.set_input_files(value)
            elif kind in ("radio", "checkbox"):
                (box.first if value is True else form.locator(f"[name='{name}'][value='{value}']")).check()
            elif box.first.evaluate("node => node.tagName") == "SELECT":
                box.select_option(str(value))
            else:
                box.first.fill(said(value, kind))
        return self.press(form.locator(button).last)

    def press(self, button: Any) -> Person:
        """Press it and read the page that comes."""
        with self.page.expect_navigation():
            button.click()
        self.look(self.page)
        return self

    def open_link(self, path: str) -> Person:
        """The personal link of a letter, and the one press of a button that it asks for."""
        self.go(path)
        return self.press(self.page.locator("main form[action$='/suivi/ouvrir/'] [type=submit]"))

    def refused(self, address: str) -> Person:
        """An address that does not exist for this person."""
        answer = self.page.request.get(self.town.base + address, max_redirects=0)
        assert answer.status == 404, f"{address}: {answer.status}"
        return self

    # ---- the trader -----------------------------------------------------------------------------------------------------------------
    def firm(self, pk: int, act: str, form: str = "", **fields: Any) -> Person:
        """An act of the trader from its page of the case; what it must confirm on a page of its own it confirms."""
        self.go(f"/pro/dossiers/{pk}/")
        self.submit(self.page.locator(f"main form[action$='/dossiers/{pk}/{act}/']{form}").first, **fields)
        confirm = self.page.locator(f"main form[action$='/dossiers/{pk}/{act}/'] [name=confirm]")
        return self.press(confirm.first) if confirm.count() else self

    # ---- reading letters -----------------------------------------------------------------------------------------------------------
    def letter(self, pk: int, kind: str, audience: str) -> str:
        """The text of a letter, read as the PDF that this person downloads."""
        deadline = time.monotonic() + 60
        while not (known := self.town.stage.letter(pk, kind, audience)).get("ready"):
            assert known, f"no letter {kind} to {audience}"
            assert time.monotonic() < deadline, f"{kind}: no PDF after a minute"
            time.sleep(0.2)
        answer = self.page.request.get(f"{self.town.base}/lettres/{known['uuid']}.pdf")
        assert answer.status == 200, f"{kind}: {answer.status}"
        return pdf_text(answer.body())

    # ---- the desk -------------------------------------------------------------------------------------------------------------------
    def case(self, pk: int) -> Person:
        return self.go(f"/bureau/dossiers/{pk}/")

    def prepare(self, pk: int, act: str, **fields: Any) -> Person:
        """From the case's page to the act's, filled in, up to the preview of what will happen."""
        self.case(pk)
        door = self.page.locator(f"main a[href$='/dossiers/{pk}/acte/{act}/']").first
        unfold(door)
        self.press(door)
        self.fill(**fields)
        return self.press(self.page.locator("main [name=preview]").first)

    def confirm(self, pk: int) -> Person:
        button = self.page.locator("main [name=confirm]")
        assert button.count(), f"nothing to confirm on {self.page.url}: {self.text[:3000]}"
        self.press(button.first)
        assert urlsplit(self.page.url).path == f"/bureau/dossiers/{pk}/", f"{self.page.url}: {self.text[:1500]}"
        return self

    def make(self, pk: int, act: str, **fields: Any) -> str:
        """An act of the desk from door to confirmation; what the preview said."""
        said = self.prepare(pk, act, **fields).text
        self.confirm(pk)
        return said

    def record(self, pk: int, act: str, *, scan: str = "", **fields: Any) -> str:
        """What a party sent by post or said by phone, with the scan of its letter or the note of the call; kept between preview and confirmation."""
        self.case(pk)
        door = self.page.locator(f"main a[href$='/dossiers/{pk}/acte/{act}/']").first
        unfold(door)
        self.press(door)
        self.fill(**fields)
        if scan:
            self.page.locator("main form input[type=file]").first.set_input_files(a_pdf(f"{scan}.pdf", scan))
        read = self.press(self.page.locator("main [name=preview]").first).text
        self.confirm(pk)
        return read

    def offered(self, pk: int) -> set[str]:
        """Acts that the case's page offers this person."""
        self.case(pk)
        found = [a.get_attribute("href") for a in self.page.locator("main a[href*='/acte/']").all()]
        return {re.search(r"/acte/([a-z_]+)/", href)[1] for href in found}  # type: ignore[index]


def unfold(part: Any) -> None:
    """Open what is folded around it, by its summary, as a person does."""
    folded = part.locator("xpath=ancestor::details[not(@open)]")
    for n in range(folded.count()):
        folded.nth(0).locator("> summary").click()
        assert n < 5
        if not folded.count():
            return


def pdf_text(content: bytes) -> str:
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    try:
        text = " ".join(page.get_textpage().get_text_range() for page in document)
        return " ".join(re.sub("\ufffe\\s*", "-", text).split())  # a hyphen at the end of a line
    finally:
        document.close()


def today(days: int = 0) -> date:
    return paris_day(utc_now()) + timedelta(days=days)


FILE = """reference;received_on;trader;channel;decision_on;decision;ground;notified_on;outcome;closed_on
A-1;2025-03-03;Colis Rouge;web;2025-03-10;admissible;;2025-03-10;agreed_directly;2025-05-02
A-2;2025-04-01;Colis Rouge;post;2025-04-08;inadmissible;L612-2-1;;;
A-3;2025-13-45;Colis Rouge;web;;;;;;
A-4;2025-06-02;Colis Rouge;web;;;;;;
"""
"""A file of referrals: three that can be brought in and one whose day does not exist."""


# ---- the consumer's form -----------------------------------------------------------------------------------------------------------
def typed(trader: str) -> dict[str, dict[str, Any]]:
    """What is typed or ticked at each step, by the end of the step's address: name of the field → value."""
    return {
        "entreprise": {"q": trader},
        "a-quel-titre": {"requester_kind": "consumer"},
        "sujet": {},
        "faits": {
            "summary": "Colis déclaré livré, jamais reçu",
            "facts": "Le suivi indique une remise. Je n’ai rien reçu.",
        },
        "reclamation": {"complained": "written"},
        "reclamation-ecrite": {"complaint_on": today(-140), "complaint_channel": "email"},
        "preuve": {},
        "reponse": {"answer": "none"},
        "second-service": {"asked": "no"},
        "autres-demarches": {"other_mediator": "no", "court": "no"},
        "a-savoir": {},
        "demande": {"asked_now": "Le remboursement du colis.", "amount_claimed": "48,90"},
        "identite": {"first_name": "Camille", "last_name": "Roussel"},
        "vous-joindre": {"by": "email", "email": "camille@example.test"},
        "adresse": {"address": "14 rue des Tilleuls", "postcode": "44000", "city": "Nantes"},
        "pieces": {},
    }


def step_of(page: Any) -> str:
    return urlsplit(str(page.url)).path.rstrip("/").rsplit("/", 1)[1]


def a_pdf(name: str = "reclamation.pdf", mark: str = "") -> dict[str, Any]:
    """A small real PDF to choose as a file; another `mark` is another file."""
    from mediane.mediation.referrals.web.public_form.tests.filling import pdf

    return {"name": name, "mimeType": "application/pdf", "buffer": pdf(name, mark).read()}


def fill(page: Any, trader: str, look: Look, **changes: dict[str, Any]) -> None:
    """Through the form to the summary, pressing what the page offers."""
    todo = typed(trader)
    for step, said in changes.items():
        todo[step.replace("_", "-")] |= said
    for _turn in range(30):
        step = step_of(page)
        look(page)
        if step == "verification":
            return
        if step == "entreprise":
            put(page, "q", trader)
            page.get_by_role("button", name="Chercher").click()
            page.wait_for_load_state()
            page.get_by_role("radio").first.check()
        elif step == "sujet" and page.locator("select[name=subject]").count():
            page.locator("select[name=subject]").select_option(index=1)
        elif step == "preuve":
            page.set_input_files("input[name=pieces]", a_pdf())
        for name, value in todo[step].items():
            if step != "entreprise":
                put(page, name, value)
        page.get_by_role("button", name="Continuer", exact=True).click()
        page.wait_for_function(
            "step => !location.pathname.endsWith('/' + step + '/')", arg=step
        ) if look is not nothing else page.wait_for_load_state()
    raise AssertionError(f"turns in circles at {page.url}")


def refer(page: Any, base: str, slug: str, trader: str, look: Look = look, **changes: dict[str, Any]) -> str:
    """From the body's page to the follow-up; the case number."""
    page.goto(f"{base}/b/{slug}/")
    look(page)
    page.get_by_role("link", name="Saisir le médiateur").first.click()
    page.get_by_role("link", name="Commencer").click()
    fill(page, trader, look, **changes)
    page.get_by_role("button", name="Envoyer ma demande").click()
    page.wait_for_url(f"{base}/suivi/dossier/recu/")
    look(page)
    receipt = page.locator("main").inner_text()
    assert re.search(r"\d{4} \d{4} \d{4} \d{4}", receipt), receipt
    number = re.search(r"20\d\d-\d{5}", receipt)
    assert number, receipt
    page.get_by_role("link", name="Suivre mon dossier").last.click()
    page.wait_for_url(f"{base}/suivi/dossier/")
    return number.group()


@contextmanager
def open_town(prepared: Path, folder: Path) -> Iterator[Town]:
    """A copy of a prepared home, served, its mail going to a real SMTP server on this machine."""
    subprocess.run(
        ["cp", "-a", prepared, folder / "home"], check=True
    )  # with owners and modes, which the cluster needs
    mail = MailServer()
    mail.up()
    home = LiveHome(folder / "home", {"MEDIANE_SMTP_URL": f"smtp://127.0.0.1:{mail.port}"})
    try:
        with home.serving() as base:
            stage = Stage(home)
            try:
                yield Town(home, base, mail, stage)
            finally:
                stage.end()
    finally:
        home.run("stop", "--purge", check=False)
        mail.down()
