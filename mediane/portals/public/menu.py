"""Menus and footers of the pages for the public and for requesters: those of the body whose page it is."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mediane.ground.ui.menu import Item, register


def of_body(url_name: str, part: str = "") -> Callable[[HttpRequest], str | None]:
    """The address of a page of the body that this page belongs to; None where there is no body (the home page, the door)."""

    def address(request: HttpRequest) -> str | None:
        body = getattr(request, "mediation_body", None)
        return reverse(url_name, args=[body.organisation.slug]) + part if body is not None else None

    return address


def fill() -> None:
    """Called once when the application is ready."""
    register(
        Item("public", _("Comment ça marche"), of_body("public:body", "#comment"), order=10),
        Item("public", _("Qui est le médiateur"), of_body("public:body", "#mediateur"), order=20),
        Item("public", _("Suivre mon dossier"), "access:door", order=90),
        Item("public", _("Accessibilité"), of_body("public:accessibility"), order=10, group="foot"),
        Item("public", _("Vos données"), of_body("public:data"), order=20, group="foot"),
        Item("public", _("Écrire par courrier"), of_body("public:by_post"), order=30, group="foot"),
        Item("public", _("Se faire aider"), of_body("public:assistance"), order=40, group="foot"),
        Item("requester", _("Comment ça marche"), of_body("public:body", "#comment"), order=5),
    )
