"""Two doors to one PostgreSQL: `default` runs the product, `owner` makes the tables."""

from __future__ import annotations

from typing import Any

from mediane.config.database import Parameters, doors
from mediane.config.settings.base import HOME


def _django(parameters: Parameters, **more: Any) -> dict[str, Any]:
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    return {
        "ENGINE": "mediane.ground.database.backend",
        **{django: parameters.get(libpq) or "" for libpq, django in names.items()},
        "OPTIONS": {key: value for key, value in parameters.items() if key not in names},
        **more,
    }


_doors = doors(HOME)
DATABASES = {
    "default": _django(_doors["default"], CONN_MAX_AGE=600, CONN_HEALTH_CHECKS=True),
    "owner": _django(_doors["owner"]),
}
DATABASE_ROUTERS = ["mediane.config.router.Router"]

# Rate limits of the sign-in are counted here: one count for all web workers and servers.
CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "database_cache"}
}
