"""One case in one transaction of its own: how jobs act on many, so that one that fails does not hold the others back."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from datetime import datetime

from django.db import transaction

from mediane.ground.accounts.actor import Actor
from mediane.ground.database.scope import as_system
from mediane.kernel.refusals import Refusal

log = logging.getLogger(__name__)

Service = Callable[..., object]


def alone(
    service: Service,
    case_id: int,
    *,
    at: datetime,
    first: Callable[[], bool] | None = None,
    unremarkable: Collection[str] = (),
) -> bool:
    """Whether the system's act was made. `first` is asked in the same transaction, and its no keeps the act from being made; refusals whose code is
    `unremarkable` are not logged."""
    try:
        with as_system(), transaction.atomic():
            if first is not None and not first():
                return False
            service(case_id, by=Actor.system(), at=at)
            return True
    except Refusal as refusal:
        if refusal.code not in unremarkable:
            log.warning("case %s: %s refused: %s", case_id, service.__name__, refusal)
    except Exception:
        log.exception("case %s: %s failed", case_id, service.__name__)
    return False
