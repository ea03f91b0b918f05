"""Tables are made through the door `owner` alone."""

from __future__ import annotations

from typing import Any


class Router:
    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "owner"

    def allow_relation(self, obj1: Any, obj2: Any, **hints: Any) -> bool:
        return True  # both doors lead to the same tables
