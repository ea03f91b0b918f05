from django.apps import AppConfig


class RequesterConfig(AppConfig):
    name = "mediane.portals.requester"
    label = "portal_requester"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mediane.portals.requester import menu

        menu.fill()
