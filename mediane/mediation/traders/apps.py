from django.apps import AppConfig


class TradersConfig(AppConfig):
    name = "mediane.mediation.traders"
    label = "traders"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mediane.ground.accounts.current import register_trader_ids
        from mediane.ground.accounts.services import register_firms
        from mediane.mediation.traders.queries import firms_of_body, trader_ids_of_firm

        register_trader_ids(trader_ids_of_firm)
        register_firms(firms_of_body)
