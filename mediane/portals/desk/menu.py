"""The desk's menu, as far as the shell knows it. Rooms add to it with ``menu.register`` in their own ``ready``."""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from mediane.ground.accounts.actor import Actor
from mediane.ground.accounts.roles import Permission
from mediane.ground.ui.menu import Item, register


def fill() -> None:
    """Called once when the application is ready. Entries whose address does not exist are not shown."""

    def may(permission: Permission) -> Callable[[Actor], bool]:
        return lambda actor: actor is not None and actor.may(permission)

    reads = may(Permission.READ_CASES)
    register(
        Item("desk", _("Mon travail"), "desk:work", icon="work", order=10, shown=reads),
        Item(
            "desk",
            _("Saisines"),
            "desk:referrals",
            icon="cases",
            order=20,
            shown=reads,
            under=("/bureau/recherche/",),
        ),
        Item("desk", _("Professionnels"), "desk:traders", icon="trader", order=30, shown=reads),
        Item(
            "desk",
            _("Personnes"),
            "accounts:people",
            icon="people",
            order=10,
            group="settings",
            shown=may(Permission.MANAGE_PEOPLE),
            under=("/bureau/reglages/roles/", "/bureau/reglages/jetons/", "/bureau/reglages/journal-des-acces/"),
        ),
        Item(
            "desk",
            _("Conservation"),
            "desk:retention",
            icon="archive",
            order=30,
            group="settings",
            shown=may(Permission.APPROVE_DESTRUCTION),
        ),
        Item(
            "desk",
            _("Réglages"),
            "desk:settings",
            icon="settings",
            order=20,
            group="settings",
            shown=may(Permission.MANAGE_SETTINGS),
        ),
    )
