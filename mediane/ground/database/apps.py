from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class DatabaseConfig(AppConfig):
    name = "mediane.ground.database"
    label = "database"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        pre_migrate.connect(_before, sender=self)
        post_migrate.connect(_after, sender=self)


def _before(using: str, **kwargs: Any) -> None:
    from django.db import connections

    from mediane.ground.database.runtime_role import RUNTIME_ROLE, prepare

    with connections[using].cursor() as cursor:
        prepare(cursor, connections["default"].settings_dict["USER"] or RUNTIME_ROLE)


def _after(using: str, **kwargs: Any) -> None:
    """What was migrated is the owner's to say."""
    from django.db import connections

    from mediane.ground.database.runtime_role import RUNTIME_ROLE

    with connections[using].cursor() as cursor:
        cursor.execute(f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {RUNTIME_ROLE}")
