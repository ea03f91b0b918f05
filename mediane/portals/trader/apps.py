from django.apps import AppConfig


class TraderConfig(AppConfig):
    name = "mediane.portals.trader"
    label = "portal_trader"
    default_auto_field = "django.db.models.BigAutoField"
