"""Background work (mediane.ground.jobs, over procrastinate)."""

from __future__ import annotations

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"
PROCRASTINATE_DATABASE_ALIAS = "default"
