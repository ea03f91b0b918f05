"""How the trader reads the consumer: by name, or by initials where discretion was asked and a contract reference tells the trader which contract it is.

One rule for letters, pages, lists, messages, pieces and mails. What is already written to the trader keeps the name it was written with.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from mediane.ground.documents.models import Document
from mediane.mediation.referrals.enums import Audience, Party
from mediane.mediation.referrals.models import Message, NotifiedDispute, PartyContact, Referral


def is_discreet(contact: PartyContact, contract_reference: str) -> bool:
    """Whether initials stand for the name: asked for, and possible. A firm has no initials: its name is public."""
    return contact.discreet and bool(contract_reference.strip()) and bool(contact.last_name.strip())


def initials(contact: PartyContact) -> str:
    """« C. M. »."""
    return " ".join(f"{part.strip()[0].upper()}." for part in (contact.first_name, contact.last_name) if part.strip())


def short(contact: PartyContact, contract_reference: str, listed: str) -> str:
    """As the trader's pages say it: the name that lists use, or « C. M. »."""
    return initials(contact) if is_discreet(contact, contract_reference) else listed


def write_for_trader(referral: Referral, contact: PartyContact, contract_reference: str) -> str:
    """Bring what the trader reads in line with the wish of the day: its head of the case, and the author of each message and piece that it sees."""
    shown = short(contact, contract_reference, referral.consumer_name)
    NotifiedDispute.objects.filter(referral=referral).update(consumer_shown=shown)
    by_consumer = {"author_party": Party.CONSUMER, "audience": Audience.BOTH}
    Message.objects.filter(referral=referral, **by_consumer).update(author_name=shown)
    Document.objects.filter(case=referral.pk, **by_consumer).update(author_name=shown)
    return shown


def is_named_in(contact: PartyContact, contract_reference: str, texts: Iterable[Any]) -> bool:
    """Whether what the trader is about to read (strings, or lists and mappings of them) holds the family name of somebody who asked for initials: what an
    officer typed, or what was copied from the consumer's own words. A word that happens to be the name counts: a person judges."""
    if not is_discreet(contact, contract_reference):
        return False
    name = re.compile(rf"\b{re.escape(_folded(contact.last_name))}\b")
    return any(name.search(_folded(text)) for text in _strings(texts))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _strings(list(value.values()))
    elif isinstance(value, Iterable):
        for item in value:
            yield from _strings(item)


def _folded(text: str) -> str:
    """Without case nor accents, hyphens and apostrophes as spaces: « Lefèvre-Dupont » is found in « LEFEVRE DUPONT »."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[-‐‑'’]", " ", plain).split())
