from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "mediane.insight.reports"
    label = "reports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from mediane.ground.accounts.roles import Permission
        from mediane.ground.ui.menu import Item, register

        register(
            Item(
                "desk",
                _("Rapport annuel"),
                "report:annual",
                icon="report",
                order=20,
                group="steering",
                shown=lambda actor: actor is not None and actor.may(Permission.READ_FIGURES),
            )
        )
