from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "mediane.mediation.referrals.imports"
    label = "imports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from mediane.ground.accounts.roles import Permission
        from mediane.ground.ui.menu import Item, register

        register(
            Item(
                "desk",
                _("Importer des saisines"),
                "imports:upload",
                icon="download",
                order=60,
                group="settings",
                shown=lambda actor: actor is not None and actor.may(Permission.IMPORT),
            )
        )
