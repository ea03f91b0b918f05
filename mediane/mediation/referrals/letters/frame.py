"""Around every letter of this room: who signs, and to whom it goes."""

from __future__ import annotations

from babel import Locale
from django.conf import settings

from mediane.ground.accounts.actor import Actor
from mediane.ground.accounts.roles import Role
from mediane.ground.correspondence.frames import MOST_POSTAL_LINES, Addressee, Sender
from mediane.mediation.referrals.enums import Party
from mediane.mediation.referrals.models import PartyContact, Referral
from mediane.mediation.schemes.models import Gender

CIVILITY = {
    "fr": {Gender.FEMININE: "Madame", Gender.MASCULINE: "Monsieur"},
    "en": {Gender.FEMININE: "Ms", Gender.MASCULINE: "Mr"},
}
"""Never guessed: no civility where the person gave none."""


def civility(gender: str, language: str) -> str:
    return CIVILITY[language].get(Gender(gender), "") if gender else ""


def titled(contact: PartyContact, language: str) -> str:
    """« Madame Claire Morel », “Ms Claire Morel”; the name alone when the civility is unknown."""
    return f"{civility(contact.gender, language)} {contact.full_name}".strip()


def sender_of(referral: Referral, by: Actor, language: str) -> Sender:
    """The body and its mediator; a delegate signs « pour le médiateur, par délégation » what it decides itself.

    A body says its hours in French only: a letter in another language leaves them out.
    """
    body, mediator = referral.body, referral.mediator
    delegate = Role.DELEGATE in by.roles and Role.MEDIATOR not in by.roles
    name = mediator.person.full_name if mediator else body.organisation.name
    return Sender(
        body_name=body.organisation.name,
        body_short=body.organisation.label,
        postal_lines=tuple(body.address_lines) or (body.organisation.name,),
        city=body.city or "—",
        mediator_name=name,
        mediator_gender=mediator.gender if mediator else "",
        signatory_name=by.name if delegate else "",
        by_delegation=delegate,
        phone=body.phone,
        phone_hours=body.phone_hours if language == "fr" else "",
        email=body.email,
        site=body.site,
        privacy_url=body.privacy_url or f"{settings.MEDIANE_URL}/b/{body.organisation.slug}/donnees/",
        dpo_contact=body.dpo_contact or body.email,
        contact_name=body.contact_name,
        contact_phone=body.phone,
        contact_email=body.email,
        is_person=body.is_person,
        in_house=body.kind == "in_house",
        energy=body.energy_profile,
    )


def addressee_of(contact: PartyContact, link: str) -> Addressee:
    person = contact.full_name if contact.last_name or contact.first_name else ""
    said = civility(contact.gender, contact.language)
    consumer = contact.party == Party.CONSUMER
    name = titled(contact, contact.language) if person and consumer else (contact.company or person)
    return Addressee(
        name=name,
        postal_lines=postal_lines(contact, name, "" if consumer or person == name else person),
        email=contact.email,
        channel="post" if contact.on_paper or not contact.email else "email",
        civility=said,
        last_name=contact.last_name if said else "",
        gender=contact.gender,
        language=contact.language,
        text_size="large" if contact.large_print else "standard",
        link_url=link,
    )


def postal_lines(contact: PartyContact, name: str, person: str) -> tuple[str, ...]:
    """The lines of the window: name, person in the firm, street, town. Too many for it: those of the street are joined, the town stays."""
    street = [line.strip() for line in contact.address.splitlines() if line.strip()]
    if not street:
        return ()
    head = [line for line in (name, person) if line]
    town = [line for line in (f"{contact.postcode} {contact.city}".strip(), country_line(contact.country)) if line]
    room = MOST_POSTAL_LINES - len(head) - len(town)
    while len(street) > room:
        street[-2:] = [f"{street[-2]}, {street[-1]}"]
    return (*head, *street, *town)


def country_line(code: str) -> str:
    """The last line of an address abroad: the country in French and in capitals, as the post that carries it first asks. "" within France."""
    if code in ("", "FR"):
        return ""
    return str(Locale.parse("fr").territories.get(code, code)).upper()
