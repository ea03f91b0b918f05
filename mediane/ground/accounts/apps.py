from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "mediane.ground.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mediane.ground.accounts import audit  # noqa: F401 — importing subscribes to allauth's signals
