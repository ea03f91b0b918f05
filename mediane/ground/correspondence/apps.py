from __future__ import annotations

from django.apps import AppConfig


class CorrespondenceConfig(AppConfig):
    name = "mediane.ground.correspondence"
    label = "correspondence"
    default_auto_field = "django.db.models.BigAutoField"
