"""The trader's menu, as far as the shell knows it. Rooms add to it with ``menu.register`` in their own ``ready``."""

from django.utils.translation import gettext_lazy as _

from mediane.ground.ui.menu import Item, register


def fill() -> None:
    """Called once when the application is ready."""
    register(
        Item("trader", _("Dossiers"), "trader:cases", order=10),
        Item("trader", _("Équipe"), "trader:team", order=20),
        Item("trader", _("Convention"), "trader:convention", order=30),
    )
