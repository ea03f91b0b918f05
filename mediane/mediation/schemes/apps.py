from django.apps import AppConfig


class SchemesConfig(AppConfig):
    name = "mediane.mediation.schemes"
    label = "schemes"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mediane.mediation.schemes import rules  # noqa: F401  (registers the body's rules)
