from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "mediane.portals.desk"
    label = "portal_desk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mediane.portals.desk import menu

        menu.fill()
