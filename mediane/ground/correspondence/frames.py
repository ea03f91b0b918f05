"""What stands around every body: who writes (`Sender`), to whom (`Addressee`), about which case (`LetterContext`)."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, field, fields
from datetime import date
from typing import Annotated, Any, Literal

from mediane.ground.correspondence.typography import WEEKDAY
from mediane.kernel.refusals import Refusal

Party = Literal["consumer", "trader"]
TextSize = Literal["standard", "comfortable", "large"]  # 10.5, 12 and 16 points
SECRET: dict[str, Any] = {"secret": ("consumer", "trader")}
CONSUMER_SECRET: dict[str, Any] = {"secret": ("consumer",)}
"""Metadata of a context field that is blanked in the kept copy once the letter has left, by audience: who opens a kept letter must not be able
to act as the party it was written to."""


DayToAct = Annotated[date, WEEKDAY]
"""A day to come by which, or from which, someone acts: printed with its weekday in the text of the letter (« le lundi 14 décembre 2026 »)."""
MOST_POSTAL_LINES = 6  # what the window of the envelope shows


def _refuse_blanks(thing: Any) -> None:
    """A field without a default must hold something: `missing:<field>`."""
    for f in fields(thing):
        if f.default is MISSING and f.default_factory is MISSING:
            value = getattr(thing, f.name)
            if (
                value is None
                or (isinstance(value, str) and not value.strip())
                or (isinstance(value, tuple) and not value)
            ):
                raise Refusal(f"missing:{f.name}")


@dataclass(frozen=True, kw_only=True)
class LetterContext:
    """Base of every kind's context. Fields are typed (days are `date`, money `Decimal`); those without a default may not be empty."""

    case_number: str
    follow_up_url: str = field(default="", metadata=CONSUMER_SECRET)
    """The addressee's personal follow-up address (random token, no name, no number): printed as a QR. Empty: no QR."""

    def __post_init__(self) -> None:
        _refuse_blanks(self)


@dataclass(frozen=True, kw_only=True)
class Sender:
    """The body and the person who signs. « Médiateur de la consommation » is the only title a signatory has (CECMC C01-3)."""

    body_name: str
    body_short: str
    postal_lines: tuple[str, ...]
    city: str
    mediator_name: str
    privacy_url: str
    mediator_gender: str = ""  # "f", "m", "" when unknown
    signatory_name: str = ""  # empty: the mediator signs
    signatory_gender: str = ""
    by_delegation: bool = False
    phone: str = ""
    phone_hours: str = ""
    email: str = ""
    site: str = ""
    dpo_contact: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    is_person: bool = False
    in_house: bool = False
    energy: bool = False
    logo_svg: str = ""
    signature_svg: str = ""

    def __post_init__(self) -> None:
        _refuse_blanks(self)

    @property
    def signs(self) -> tuple[str, str]:
        """Name and gender of who signs."""
        return (
            (self.signatory_name, self.signatory_gender)
            if self.signatory_name
            else (self.mediator_name, self.mediator_gender)
        )

    def names(self) -> dict[str, Any]:
        """Names that every letter text may use."""
        return {
            "body_name": self.body_name,
            "body_short": self.body_short,
            "body_city": self.city,
            "body_postal_address": ", ".join(self.postal_lines),
            "body_email": self.email,
            "body_is_person": self.is_person,
            "body_is_entity": not self.is_person,
            "in_house": self.in_house,
            "energy": self.energy,
            "privacy_url": self.privacy_url,
            "mediator_name": self.mediator_name,
            "mediator_gender": self.mediator_gender,
            "signatory_gender": self.signs[1],
        }


@dataclass(frozen=True, kw_only=True)
class Addressee:
    """One party. `postal_lines` are the lines of the window, the name first (six at most); `channel` is the party's own choice."""

    name: str
    postal_lines: tuple[str, ...] = ()
    email: str = ""
    channel: Literal["email", "post"] = "post"
    civility: str = ""  # "Madame", "Monsieur"; empty when unknown, never guessed
    last_name: str = ""
    gender: str = ""  # "f", "m", ""
    language: str = "fr"
    text_size: TextSize = "standard"
    link_url: str = ""
    """Where the e-mail's button leads: the page behind which the letter is read. Empty: the context's `follow_up_url`."""

    def __post_init__(self) -> None:
        _refuse_blanks(self)
        if self.channel == "email" and not self.email:
            raise Refusal("missing:email")
        if self.channel == "post" and not self.postal_lines:
            raise Refusal("missing:postal_address")
        if len(self.postal_lines) > MOST_POSTAL_LINES:
            raise Refusal("too_many_lines", lines=len(self.postal_lines))


def names_for(sender: Sender, addressee_gender: str, audience: Party) -> dict[str, Any]:
    return {
        **sender.names(),
        "addressee_gender": addressee_gender,
        "to_consumer": audience == "consumer",
        "to_trader": audience == "trader",
    }


FRAME_NAMES: frozenset[str] = frozenset(
    names_for(
        Sender(body_name="x", body_short="x", postal_lines=("x",), city="x", mediator_name="x", privacy_url="x"),
        "",
        "consumer",
    )
)


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One set of facts under which a kind is tried: by tests, by the preview of the template editor, by the generated list."""

    label: str
    audience: Party
    context: LetterContext
    sender: Sender
    addressee: Addressee
