"""Use cases of a trader as a body knows it, and how one is found by name, alias or SIREN."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Func, Q, Value
from django.db.models.functions import Lower

from mediane.ground.accounts.actor import Actor
from mediane.ground.accounts.roles import Permission
from mediane.ground.database.scope import use_case
from mediane.kernel.identifiers import is_siren
from mediane.kernel.refusals import Refusal
from mediane.mediation.traders.models import Designation, Trader, TraderAlias, TraderContact


def _folded(expression: Any) -> Func:
    """Lower case without accents, by the function that both the embedded and an external server have."""
    return Func(Lower(expression), function="f_unaccent")


def find_traders(body_id: int, text: str, *, limit: int = 8, former: bool = False) -> list[Trader]:
    """Traders of the body whose name, alias or SIREN matches what was typed, best first; with `former`, those that left too. At most one query; never
    another body's."""
    text = " ".join(text.split())[:200]
    digits = re.sub(r"\D", "", text)
    mine = Trader.objects.filter(body=body_id, active__in=(True, not former))
    if len(digits) in (9, 14) and not re.search(
        r"[^\d\s.]", text
    ):  # SIREN, or SIRET whose first nine digits are the SIREN
        return list(mine.filter(siren=digits[:9])[:limit])
    if len(text) < 2:
        return []
    needle = _folded(Value(text))
    matches = mine.annotate(folded=_folded(F("name"))).filter(
        Q(folded__contains=needle)
        | Q(
            pk__in=TraderAlias.objects.annotate(folded=_folded(F("name")))
            .filter(trader__body=body_id, folded__contains=needle)
            .values("trader")
        )
    )
    return list(matches.order_by("folded", "pk")[:limit])


def designation_in_force(trader_id: int, day: date) -> Designation | None:
    """The trader's designation of the body that day, None when it is not under convention."""
    running = Q(starts_on__lte=day) & (Q(ends_on__isnull=True) | Q(ends_on__gte=day))
    return Designation.objects.filter(running, trader=trader_id).order_by("-starts_on").first()


def main_contact(trader_id: int) -> TraderContact | None:
    return TraderContact.objects.filter(trader=trader_id, is_main=True).first()


@use_case
def create_trader(
    body_id: int,
    name: str,
    *,
    by: Actor,
    siren: str = "",
    aliases: tuple[str, ...] = (),
    contact: dict[str, Any] | None = None,
    **details: Any,
) -> Trader:
    """A trader of the body. Raises Refusal `not_allowed`, `invalid_siren`, `trader_exists`."""
    by.check(Permission.MANAGE_TRADERS, of=body_id)
    siren = re.sub(r"\s", "", siren)
    if siren and not is_siren(siren):
        raise Refusal("invalid_siren", siren=siren)
    if Trader.objects.filter(body=body_id, name=name).exists():
        raise Refusal("trader_exists", name=name)
    trader = Trader.objects.create(body_id=body_id, name=name, siren=siren, **details)
    TraderAlias.objects.bulk_create(TraderAlias(trader=trader, name=alias) for alias in aliases)
    if contact:
        TraderContact.objects.create(trader=trader, is_main=True, **contact)
    return trader


@use_case
def designate(trader: Trader, version: str, *, by: Actor, starts_on: date, **details: Any) -> Designation:
    """A new version of the convention; the one running ends the day before. Raises Refusal `not_allowed`, `version_exists`."""
    by.check(Permission.MANAGE_TRADERS, of=trader.body_id)
    if Designation.objects.filter(trader=trader, version=version).exists():
        raise Refusal("version_exists", version=version)
    Designation.objects.filter(trader=trader, ends_on__isnull=True, starts_on__lt=starts_on).update(
        ends_on=starts_on - timedelta(days=1)
    )
    return Designation.objects.create(trader=trader, version=version, starts_on=starts_on, **details)


@use_case
def update_trader(
    trader: Trader, *, by: Actor, aliases: tuple[str, ...] = (), contact: dict[str, Any] | None = None, **details: Any
) -> Trader:
    """Correct a trader's sheet: its names, addresses and declared contact. Letters already sent keep what they said.

    Raises Refusal `not_allowed`, `trader_exists`.
    """
    by.check(Permission.MANAGE_TRADERS, of=trader.body_id)
    taken = Trader.objects.filter(body=trader.body_id, name=details.get("name", trader.name)).exclude(pk=trader.pk)
    if taken.exists():
        raise Refusal("trader_exists", name=details.get("name", trader.name))
    for name, value in details.items():
        setattr(trader, name, value)
    trader.save(update_fields=list(details))
    TraderAlias.objects.filter(trader=trader).exclude(name__in=aliases).delete()
    TraderAlias.objects.bulk_create(
        (TraderAlias(trader=trader, name=alias) for alias in aliases), ignore_conflicts=True
    )
    if contact:
        TraderContact.objects.update_or_create(trader=trader, is_main=True, defaults=contact)
    return trader
