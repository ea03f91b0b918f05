from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "mediane.portals.desk"
    label = "portal_desk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mediane.ground.accounts.actor import Scope
        from mediane.ground.accounts.current import register_home
        from mediane.portals.desk import menu

        menu.fill()
        register_home(Scope.STAFF, "desk:work")
        register_home(Scope.OFFICE, "accounts:people")
