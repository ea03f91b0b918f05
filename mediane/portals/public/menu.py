"""The public's menu, as far as the shell knows it. Rooms add to it with ``menu.register`` in their own ``ready``."""

from django.utils.translation import gettext_lazy as _

from mediane.ground.ui.menu import Item, register


def fill() -> None:
    """Called once when the application is ready. The public portal adds a body's own pages: it knows the body."""
    register(
        Item("public", _("Suivre mon dossier"), "access:door", order=90),
    )
