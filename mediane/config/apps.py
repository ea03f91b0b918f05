from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "mediane.config"
    label = "config"

    def ready(self) -> None:
        from mediane.config import errors

        errors.listen()
