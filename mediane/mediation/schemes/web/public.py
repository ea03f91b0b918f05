"""A body's public pages: what R. 614-1 asks a mediator's site to show, in plain words; nothing here knows a case.

The address of a body is `/b/<slug>/`. Portals put other rooms' parts beside these (figures): this room knows none of them.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from babel import Locale
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from mediane.ground.accounts.guards import open_view, public_view
from mediane.ground.organisations.models import OrganisationKind
from mediane.ground.privacy.register import retention_rules
from mediane.ground.rulesets.services import rules_for
from mediane.ground.ui.formats import french
from mediane.kernel.moments import paris_day, utc_now
from mediane.mediation.schemes.models import Body, Charter, Mandate
from mediane.mediation.schemes.services import charter_in_force, current_mandates

COMMISSION = "https://consumer-redress.ec.europa.eu/"
"""The Commission's site « Consumer redress in the EU », with its pages on out-of-court settlement. R. 614-1 asks a mediator's site for a link to it (law.md
1.9, [A/B]): the page says so. No text gives the address, which is no law. Never the former dispute platform: it closed on 20 July 2025."""
RETENTION_SHOWN = {
    "draft": "draft_retention",
    "inadmissible": "refused_retention",
    "referral": "archive_retention",
    "figures": "",
    "security_log": "",
}
"""Kinds of data that concern a requester, with the body's own rule where it sets one."""

RIGHTS = (
    _("La médiation est gratuite pour vous (article L. 612-1)."),
    _(
        "Vous pouvez être aidé par la personne de votre choix, ou représenté par un avocat, à vos frais (article R. 612-1)."
    ),
    _("Vous pouvez vous retirer à tout moment, sans donner de raison (article R. 612-2)."),
    _("Chacun peut demander communication des pièces de l’autre (article R. 612-3)."),
    _("Vous êtes libre d’accepter ou de refuser la solution proposée, et d’aller devant le juge (article R. 612-4)."),
    _(
        "Le médiateur dit à chacun ce qui pourrait toucher à son impartialité. Vous pouvez alors vous opposer à ce qu’il continue (article R. 613-1)."
    ),
    _("Ce qui se dit en médiation est confidentiel (article L. 612-3)."),
)
"""Rights of the parties, each with its article."""
PAPER = (
    (
        _("Vous"),
        (
            _("Civilité, prénom, nom :"),
            _("Adresse, code postal, ville :"),
            _("Téléphone et adresse électronique (facultatif) :"),
        ),
    ),
    (
        _("L’entreprise"),
        (
            _("Son nom, et son numéro SIREN si vous le connaissez :"),
            _("Référence de votre contrat, commande ou colis :"),
        ),
    ),
    (_("Votre litige"), (_("Que s’est-il passé, et quand ?"),)),
    (
        _("Votre réclamation écrite"),
        (
            _("Date, et comment (courriel, lettre, formulaire) :"),
            _("Réponse de l’entreprise : date et contenu, ou « aucune » :"),
        ),
    ),
    (_("Ce que vous demandez"), (_("Votre demande, et la somme s’il y en a une :"),)),
    (_("Autres démarches"), (_("Un autre médiateur ou un tribunal est-il saisi ? Lequel ?"),)),
    (_("Pour vous répondre"), (_("Par courriel ou par courrier ? En gros caractères ?"),)),
)
"""The form on paper: what the form on screen asks."""


def body_id_of(request: Any, slug: str, **kwargs: Any) -> int | None:
    """The body of this address, None for none; kept on the request, so that a page reads it once. For `public_view`."""
    bodies = Body.objects.select_related("organisation")
    body = bodies.filter(organisation__slug=slug, organisation__active=True).first()
    request.mediation_body = body
    return body.pk if body else None


def lang() -> str:
    return "fr" if french() else "en"


def languages(codes: list[str]) -> list[str]:
    """« français », « anglais »: names of ISO 639-1 codes in the language of the page; an unknown code is shown as it is."""
    names = Locale.parse(lang()).languages
    return [str(names.get(code, code)) for code in codes]


def _context(request: Any, **more: Any) -> dict[str, Any]:
    body: Body = request.mediation_body
    return {"body": body.organisation, "mediation_body": body, **more}


@open_view
def bodies(request: HttpRequest) -> HttpResponse:
    """The home page: the mediation bodies of the installation."""
    rows = Body.objects.select_related("organisation").filter(
        organisation__active=True, organisation__kind=OrganisationKind.MEDIATION_BODY
    )
    return TemplateResponse(
        request, "schemes/public/bodies.html", {"bodies": list(rows.order_by("organisation__name", "pk"))}
    )


@public_view(body_id_of)
def body(request: Any, slug: str) -> HttpResponse:
    """Who, since when, for which disputes, how, what not and what then; how to reach it."""
    today = paris_day(utc_now())
    house: Body = request.mediation_body
    mandates: list[Mandate] = current_mandates(house.pk, today)
    rules = rules_for(house.pk, today)
    context = _context(
        request,
        mandates=mandates,
        one=mandates[0] if len(mandates) == 1 else None,
        charter=charter_in_force(house.pk, today),
        mediation_period=rules["mediation"].in_words(lang()),
        wait_period=rules["premature_wait"].in_words(lang()),
        languages=languages(house.languages),
        commission=COMMISSION,
        rights=RIGHTS,
        asked=quote(request.GET.get("professionnel", "")[:200]),
    )
    return TemplateResponse(request, "schemes/public/body.html", context)


@public_view(body_id_of)
def charter(request: Any, slug: str) -> HttpResponse:
    """The charter in force, and the versions before it."""
    house: Body = request.mediation_body
    versions: list[Charter] = list(Charter.objects.filter(body=house).order_by("-effective_from", "-pk"))
    today = paris_day(utc_now())
    shown = next(
        (
            row
            for row in versions
            if row.effective_from <= today and (row.effective_to is None or row.effective_to >= today)
        ),
        None,
    )
    if wanted := request.GET.get("version"):
        shown = next((row for row in versions if row.version == wanted and row.effective_from <= today), None)
    if shown is None:
        raise Http404
    others = [row for row in versions if row.pk != shown.pk and row.effective_from <= today]
    return TemplateResponse(request, "schemes/public/charter.html", _context(request, charter=shown, others=others))


@public_view(body_id_of)
def data(request: Any, slug: str) -> HttpResponse:
    """What becomes of the data: who, why, how long, which rights (GDPR art. 13 and 14)."""
    table, own, tongue = retention_rules(), rules_for(request.mediation_body.pk, paris_day(utc_now())), lang()
    kept = []
    for key, rule_key in RETENTION_SHOWN.items():
        row = table[key]
        period = own[rule_key] if rule_key else row.period
        kept.append(
            (
                row.label_fr if tongue == "fr" else row.label_en,
                period.in_words(tongue) if period else "",
                row.explanation_fr if tongue == "fr" else row.explanation_en,
            )
        )
    return TemplateResponse(request, "schemes/public/data.html", _context(request, kept=kept))


@public_view(body_id_of)
def accessibility(request: Any, slug: str) -> HttpResponse:
    return TemplateResponse(request, "schemes/public/accessibility.html", _context(request))


@public_view(body_id_of)
def assistance(request: Any, slug: str) -> HttpResponse:
    """Being helped or represented (R. 612-1 3°)."""
    return TemplateResponse(request, "schemes/public/assistance.html", _context(request))


@public_view(body_id_of)
def by_post(request: Any, slug: str) -> HttpResponse:
    """The form on paper, to print and to fill by hand; the same questions, the same dates."""
    return TemplateResponse(request, "schemes/public/by_post.html", _context(request, questions=PAPER))
