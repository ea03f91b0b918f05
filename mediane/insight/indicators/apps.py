from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "mediane.insight.indicators"
    label = "indicators"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from mediane.ground.accounts.roles import Permission
        from mediane.ground.ui.menu import Item, register
        from mediane.insight.indicators import handlers  # noqa: F401  (reactions to imports)

        register(
            Item(
                "desk",
                _("Tableau de bord"),
                "figures:dashboard",
                icon="figures",
                order=10,
                group="steering",
                shown=lambda actor: actor is not None and actor.may(Permission.READ_FIGURES),
                under=("/bureau/chiffres/",),
            )
        )
