from django.apps import AppConfig


class PublicConfig(AppConfig):
    name = "mediane.portals.public"
    label = "portal_public"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mediane.portals.public import menu

        menu.fill()
