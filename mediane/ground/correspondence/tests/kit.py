"""Two kinds of letters that belong to no room, and what a test needs around them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from mediane.ground.accounts.actor import Actor, Door
from mediane.ground.accounts.models import Person
from mediane.ground.accounts.roles import Role
from mediane.ground.correspondence import services
from mediane.ground.correspondence.frames import SECRET, Addressee, LetterContext, Sample, Sender
from mediane.ground.correspondence.kinds import LetterKind, register
from mediane.ground.correspondence.models import Letter
from mediane.ground.journal.models import Case
from mediane.ground.journal.services import open_case
from mediane.ground.organisations.models import Organisation, OrganisationKind

AT = datetime(2026, 11, 23, 9, 30, 12, 345678, tzinfo=UTC)  # a real moment has microseconds
CODE = "4729 0381 6650 1294"
LINK = "https://essai.example/s/" + "Kx7Qd2Vb9" * 4


@dataclass(frozen=True, kw_only=True)
class Notice(LetterContext):
    firm: str
    due_on: date
    new: bool = False
    code: str = field(default=CODE, metadata=SECRET)


@dataclass(frozen=True, kw_only=True)
class Certificate(LetterContext):
    firm: str
    verification_url: str = "https://essai.example/verifier"


SENDER = Sender(
    body_name="Médiation d’essai",
    body_short="Essai",
    postal_lines=("1, rue de l’Essai", "44999 Belle-Rive"),
    city="Belle-Rive",
    mediator_name="Hélène Castaing",
    mediator_gender="f",
    privacy_url="https://essai.example/donnees",
    email="contact@essai.example",
)
BY_POST = Addressee(
    name="Madame Claire Morel",
    postal_lines=("Madame Claire Morel", "27 RUE DES CAPUCINES", "44998 BELLE-RIVE"),
    email="claire@courriel.example",
    channel="post",
    civility="Madame",
    last_name="Morel",
    gender="f",
)
BY_EMAIL = Addressee(
    name=BY_POST.name, postal_lines=BY_POST.postal_lines, email=BY_POST.email, channel="email", civility="Madame", last_name="Morel", gender="f"
)  # fmt: skip
NO_ADDRESS = Addressee(name="Madame Claire Morel", email=BY_POST.email, channel="email")

NOTICE = Notice(case_number="2026-01847", follow_up_url=LINK, firm="Colis Horizon", due_on=date(2026, 12, 14))
CERTIFICATE = Certificate(case_number="2026-01847", firm="Colis Horizon")


def _samples(code: str, language: str) -> list[Sample]:
    from dataclasses import replace

    if code == "test_certificate":
        return [
            Sample(label="", audience=audience, context=CERTIFICATE, sender=SENDER, addressee=BY_POST)
            for audience in ("consumer", "trader")
        ]
    return [
        Sample(
            label="new" if new else "old",
            audience=audience,
            context=replace(NOTICE, new=new),
            sender=SENDER,
            addressee=BY_POST,
        )
        for audience in ("consumer", "trader")
        for new in (False, True)
    ]


HERE = Path(__file__).parent / "letters"
KIND = LetterKind(
    code="test_notice", label="Avis d’essai", audiences=("consumer", "trader"), context=Notice, when="Jamais.", moves=("test",), folder=HERE,
    samples=_samples, dated=True,
)  # fmt: skip
CERTIFIED = LetterKind(
    code="test_certificate", label="Attestation d’essai", audiences=("consumer", "trader"), context=Certificate, when="Jamais.", moves=("test",),
    folder=HERE, samples=_samples, layout="certificate", content_free=True,
)  # fmt: skip


@contextmanager
def known_kinds() -> Iterator[None]:
    """The two kinds are registered for the length of one test: no other room's test meets them."""
    from mediane.ground.correspondence import kinds

    before = dict(kinds._kinds)
    register(KIND, CERTIFIED)
    try:
        yield
    finally:
        kinds._kinds.clear()
        kinds._kinds.update(before)


@dataclass
class House:
    """An organisation, a case, people of the office."""

    organisation: Organisation
    case: Case
    person: Person

    def actor(self, *roles: Role) -> Actor:
        held = frozenset(roles or (Role.OFFICER,))
        return Actor.staff(self.person.pk, self.organisation.pk, held, name="Nadia Ferrand", door=Door.WEB)

    def letter(
        self,
        addressee: Addressee = BY_EMAIL,
        *,
        seq: int = 1,
        kind: str = "test_notice",
        audience: str = "consumer",
        **facts: Any,
    ) -> Letter:
        from dataclasses import replace

        context = CERTIFICATE if kind == "test_certificate" else replace(NOTICE, **facts)
        return services.queue_letter(
            case=self.case, organisation=self.organisation, kind=kind, audience=audience, addressee=addressee, context=context, at=AT, cause_seq=seq,
            sender=SENDER, of_this_move=list(Letter.objects.filter(case=self.case, cause_seq=seq).order_by("pk")),
        )  # fmt: skip


def house(slug: str = "essai") -> House:
    organisation = Organisation.objects.create(
        kind=OrganisationKind.MEDIATION_BODY, slug=slug, name="Médiation d’essai"
    )
    person = Person.objects.create(email=f"nadia@{slug}.example", first_name="Nadia", last_name="Ferrand")
    return House(organisation, open_case(organisation.pk, "complaint"), person)
