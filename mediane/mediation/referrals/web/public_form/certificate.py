"""Whoever holds a certificate of the end of a mediation may check its code: issued on which day, cancelled on which. No party, no matter, no outcome."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from mediane.ground.accounts.guards import open_view
from mediane.ground.database.scope import as_system
from mediane.ground.ui.forms import Form
from mediane.kernel.identifiers import normal_verification_code
from mediane.mediation.referrals.models import Certificate
from mediane.mediation.referrals.web.public_form.forms import Line


class CodeForm(Form):
    code = Line(
        label=_("Code de l’attestation"), max_length=40, help_text=_("Douze lettres et chiffres, en bas de l’attestation, par exemple 7KQ2-M9XA-4TRB."),
        error_messages={"required": _("recopiez le code imprimé en bas de l’attestation")},
    )  # fmt: skip

    def clean_code(self) -> str:
        try:
            return normal_verification_code(self.cleaned_data["code"])
        except ValueError as error:
            raise ValidationError(
                _("ce code n’a pas douze lettres et chiffres : recopiez-le, sans 0, O, 1 ni I"), code="code"
            ) from error


def found(code: str) -> Certificate | None:
    """The two days of a certificate, and nothing else of it: the visitor sees no case, so this is read as system."""
    with as_system():
        return Certificate.objects.filter(code=code).only("issued_on", "cancelled_on").first()


@open_view
def verify(request: HttpRequest) -> HttpResponse:
    """`?code=`: printed as an address on the certificate, or typed."""
    form = CodeForm(request.GET if "code" in request.GET else None)
    checked = form.is_bound and form.is_valid()
    context = {"form": form, "checked": checked, "certificate": found(form.cleaned_data["code"]) if checked else None}
    return TemplateResponse(request, "requester/certificate.html", context)
