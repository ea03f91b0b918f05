from django.apps import AppConfig


class TraderConfig(AppConfig):
    name = "mediane.portals.trader"
    label = "portal_trader"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mediane.ground.accounts.actor import Scope
        from mediane.ground.accounts.current import register_home
        from mediane.portals.trader import menu

        menu.fill()
        register_home(Scope.TRADER, "trader:cases")
