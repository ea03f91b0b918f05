"""What runs by itself: freezing, and comparing what is frozen."""

from __future__ import annotations

from mediane.ground.jobs import every
from mediane.insight.indicators import freezing
from mediane.kernel.moments import utc_now


@every("20 3 * * *")
def freeze_periods() -> None:
    """Nightly: what was over three days ago is frozen; what changed since is noted."""
    at = utc_now()
    freezing.freeze_due(at=at)
    freezing.note_corrections(at=at)
