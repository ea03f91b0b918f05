"""The requester's menu. The footer is the body's (`portals.public.menu`)."""

from django.utils.translation import gettext_lazy as _

from mediane.ground.ui.menu import Item, register


def fill() -> None:
    """Called once when the application is ready."""
    register(
        Item("requester", _("Votre dossier"), "requester:case", order=10, under=("/suivi/dossier/",)),
    )
