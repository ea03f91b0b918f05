"""The requester's menu, as far as the shell knows it. Rooms add to it with ``menu.register`` in their own ``ready``."""

from django.utils.translation import gettext_lazy as _

from mediane.ground.ui.menu import Item, register


def fill() -> None:
    """Called once when the application is ready."""
    register(
        Item("requester", _("Votre dossier"), "requester:case", order=10),
        Item("requester", _("Se faire aider"), "public:help", order=30),
    )
