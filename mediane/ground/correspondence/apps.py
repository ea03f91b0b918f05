from __future__ import annotations

from django.apps import AppConfig


class CorrespondenceConfig(AppConfig):
    name = "mediane.ground.correspondence"
    label = "correspondence"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from mediane.ground.accounts.roles import Permission
        from mediane.ground.correspondence.texts import may_edit
        from mediane.ground.ui.menu import Item, register

        register(
            Item(
                "desk",
                _("Modèles de lettres"),
                "correspondence:templates",
                icon="letter",
                order=40,
                shown=lambda actor: actor is not None and (actor.may(Permission.READ_CASES) or may_edit(actor)),
            ),
            Item(
                "desk",
                _("Envois"),
                "correspondence:dispatches",
                icon="outbox",
                order=50,
                shown=lambda actor: actor is not None and actor.may(Permission.READ_CASES),
            ),
        )
