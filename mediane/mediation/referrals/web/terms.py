"""The lines of a proposal or of an agreement as a party reads them: who does what, how much, by when."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from mediane.mediation.referrals.enums import Party

_SUM = re.compile(r"(\d{1,3}(?:[\s\u00a0\u202f]\d{3})+|\d+)(?:[,.](\d{1,2}))?[\s\u00a0\u202f]*(?:€|euros?\b)")


def lines(items: list[dict[str, Any]], *, consumer: str, trader: str) -> list[dict[str, Any]]:
    """`consumer`, `trader`: their names as this reader knows them. The amount is left out where the words say it already."""
    return [
        {
            "who": consumer if item.get("who") == Party.CONSUMER else trader,
            "what": item.get("what", ""),
            "amount": item.get("amount")
            if item.get("amount") and not _says(item.get("what", ""), item["amount"])
            else None,
            "due_on": date.fromisoformat(item["due_on"]) if item.get("due_on") else None,
        }
        for item in items
    ]


def _says(words: str, amount: Any) -> bool:
    found = (Decimal(f"{re.sub(r'[^0-9]', '', whole)}.{cents or '0'}") for whole, cents in _SUM.findall(words))
    return Decimal(str(amount)) in found
