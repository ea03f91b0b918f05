from django.apps import AppConfig


class TradersConfig(AppConfig):
    name = "mediane.mediation.traders"
    label = "traders"
    default_auto_field = "django.db.models.BigAutoField"
