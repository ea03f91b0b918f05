from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "mediane.insight.indicators"
    label = "indicators"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mediane.insight.indicators import handlers  # noqa: F401  (reactions to imports)
