"""Background work (mediane.ground.jobs, over procrastinate)."""

from __future__ import annotations

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"
PROCRASTINATE_DATABASE_ALIAS = "default"
# Seconds: a daily run that was missed because the machine was off is made up for once it is on again.
PROCRASTINATE_PERIODIC_DEFAULTS = {"max_delay": 26 * 3600}
