"""Background work of the door."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from mediane.ground.access import limits
from mediane.ground.access.events import AccessRequested
from mediane.ground.accounts import keyring
from mediane.ground.database.scope import as_system
from mediane.ground.jobs import every, job
from mediane.kernel.events import publish
from mediane.kernel.moments import utc_now


@job(queue="mail")
def tell_access_requested(organisation_id: int | None, sealed_email: str, sealed_number: str, at: str) -> None:
    """Asks, in one transaction, whoever knows the cases (`AccessRequested`)."""
    email = keyring.decrypt("queue", "access requested", sealed_email)
    number = keyring.decrypt("queue", "access requested", sealed_number)
    with as_system():
        publish(
            AccessRequested(organisation_id=organisation_id, number=number, email=email, at=datetime.fromisoformat(at))
        )


@every("40 2 * * *")
def forget_old_attempts() -> None:
    """Counters that can no longer hold anybody back."""
    rules = settings.MEDIANE_ACCESS
    with as_system():
        limits.forget_old(utc_now() - timedelta(seconds=rules["window"] + rules["longest_lock"]))
