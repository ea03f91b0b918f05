"""What pages say after an act, and why one was refused."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mediane.ground.accounts.services import REFUSALS
from mediane.kernel.refusals import Refusal

_DONE: dict[str, Any] = {
    "invited": gettext_lazy("Invitation envoyée à %(name)s."),
    "granted": gettext_lazy("Rôle attribué à %(name)s."),
    "ended": gettext_lazy("Rôle retiré à %(name)s."),
    "factor_reset": gettext_lazy("Le second facteur de %(name)s est remis à zéro ; ses sessions sont fermées."),
    "invitation_revoked": gettext_lazy("Invitation annulée."),
    "token_revoked": gettext_lazy("Jeton révoqué."),
    "saved": gettext_lazy("Profil enregistré."),
}


def done(request: HttpRequest, what: str, **facts: str) -> None:
    messages.success(request, str(_DONE[what]) % facts)


def refused(where: BaseForm | HttpRequest, refusal: Refusal, fields: dict[str, str] | None = None) -> None:
    """Say it on the field that is wrong, else above the form, else at the top of the next page."""
    sentences = refusal.facts.get("sentences") or (REFUSALS.get(refusal.code) or _("Cette action n’est pas possible."),)
    if isinstance(where, HttpRequest):
        for sentence in sentences:
            messages.error(where, str(sentence))
        return
    for sentence in sentences:
        where.add_error((fields or {}).get(refusal.code), str(sentence))
