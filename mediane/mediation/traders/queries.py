"""Which Trader rows a firm's own organisation stands behind, and which firms a body knows."""

from __future__ import annotations

from mediane.mediation.traders.models import Trader


def trader_ids_of_firm(organisation_id: int) -> list[int]:
    """A firm's rows in the bodies that know it: what its correspondents answer for."""
    return list(
        Trader.objects.filter(operator=organisation_id, active=True).order_by("pk").values_list("pk", flat=True)
    )


def firms_of_body(body_id: int) -> list[int]:
    """Organisations of the firms that a body may invite correspondents for."""
    return list(
        Trader.objects.filter(body=body_id, operator__isnull=False).order_by("pk").values_list("operator_id", flat=True)
    )
