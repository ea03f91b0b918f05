"""*Modèles de lettres*: every text with its statements, the body's own versions, their trial and approval."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from mediane.ground.accounts.guards import desk_view
from mediane.ground.accounts.roles import Permission
from mediane.ground.correspondence import blocks, paper, queries, texts
from mediane.ground.correspondence.frames import Party, Sample
from mediane.ground.correspondence.kinds import LetterKind, all_kinds, kind_of, languages_of
from mediane.ground.correspondence.models import LetterSettings, LetterTemplate
from mediane.ground.correspondence.rendering import BodyTexts, render
from mediane.ground.correspondence.web.forms import SentenceForm, SettingsForm, TextForm
from mediane.ground.correspondence.web.words import as_finding, finding_words, refusal_words
from mediane.kernel.moments import paris_day, utc_now
from mediane.kernel.refusals import Refusal
from mediane.kernel.typed import whole

LANGUAGES: dict[str, Any] = {"fr": gettext_lazy("français"), "en": gettext_lazy("anglais")}
IN_LANGUAGE: dict[str, Any] = {"fr": gettext_lazy("Lettre en français"), "en": gettext_lazy("Lettre en anglais")}


def _language(request: Any, among: list[str]) -> str:
    """The language that the address asks for: each has its own text, its own versions and its own trial."""
    asked: str = request.GET.get("langue", "")
    return asked if asked in among else "fr"


def _in_language(address: str, language: str) -> str:
    return address if language == "fr" else f"{address}?{urlencode({'langue': language})}"


def _said(findings: list[texts.Finding], language: str) -> list[dict[str, Any]]:
    """Findings as the page shows them, each with the language of the letter that fails."""
    return [
        {"grave": finding.grave, "words": finding_words(finding), "language": IN_LANGUAGE[language]}
        for finding in findings
    ]


def _page(request: Any, template: str, tab: str, context: dict[str, Any]) -> HttpResponse:
    may_edit = texts.may_edit(request.actor)
    context |= {"tab": tab, "may_edit": may_edit, "may_approve": request.actor.may(Permission.APPROVE_LETTERS)}
    return TemplateResponse(request, f"correspondence/{template}.html", context)


@require_GET
@desk_view
def templates(request: Any) -> HttpResponse:
    rows = queries.texts(request.actor.organisation_id, paris_day(utc_now()))
    return _page(request, "templates", "templates", {"rows": rows})


# ---- one letter's text ----------------------------------------------------------------------------------------------------------


def _kind(code: str, audience: str) -> LetterKind:
    try:
        kind = kind_of(code)
    except KeyError:
        raise Http404 from None
    if audience not in kind.audiences:
        raise Http404
    return kind


def trial(
    kind: LetterKind, audience: str, number: int, proposed: BodyTexts, language: str = "fr"
) -> tuple[dict[str, Any], list[Sample]]:
    """The letter on one of its samples, as a sheet, and the samples there are. Raises the Refusal that the text deserves."""
    samples = [sample for sample in kind.samples(kind.code, language) if sample.audience == audience]
    sample = samples[number if number < len(samples) else 0]
    rendered = render(
        kind, sample.audience, sample.context, sample.sender,
        addressee_gender=sample.addressee.gender, language=language, texts=proposed,
    )  # fmt: skip
    face = paper.compose(
        rendered,
        sender=sample.sender,
        addressee=sample.addressee,
        written_on=paris_day(utc_now()),
        case_number=sample.context.case_number,
        follow_up_url=sample.context.follow_up_url,
        layout=kind.layout if kind.layout != "form" else "certificate",
        private=not kind.content_free,
    )
    return blocks.blanked(face), samples


def _template_page(
    request: Any, kind: LetterKind, audience: Party, form: TextForm | None = None, findings: list[dict[str, Any]] | None = None
) -> HttpResponse:  # fmt: skip
    today = paris_day(utc_now())
    written = languages_of(kind)
    language = _language(request, written)
    organisation_id = request.actor.organisation_id
    versions = list(
        LetterTemplate.objects.filter(
            organisation_id=organisation_id, kind=kind.code, audience=audience, language=language
        )
        .select_related("author", "approved_by")
        .order_by("-version")
    )
    shipped = kind.text(audience, language)
    asked = request.GET.get("version", "")
    chosen = next((row for row in versions if str(row.version) == asked), None)
    in_force = texts.texts_in_force(organisation_id, kind, audience, language, today)
    proposed = in_force
    if chosen is not None:
        proposed = replace(
            in_force, title=chosen.title, subject=chosen.subject, body=chosen.text, version=chosen.version
        )
    elif asked == "0":
        proposed = replace(in_force, title="", subject="", body="", version=None)
    if form is not None and form.is_bound and "text" in form.data:
        data = form.data
        proposed = replace(
            in_force,
            title=data.get("title", ""),
            subject=data.get("subject", ""),
            body=data["text"].replace("\r\n", "\n"),
        )
    number = whole(request.GET.get("essai", "")) or 0
    face: dict[str, Any] | None = None
    samples: list[Sample] = []
    failed = ""
    try:
        face, samples = trial(kind, audience, number, proposed, language)
    except Refusal as refusal:
        failed = finding_words(as_finding(refusal))
    if form is None:
        form = TextForm(
            initial={
                "title": proposed.title or shipped.title,
                "subject": proposed.subject or shipped.subject,
                "text": proposed.body or shipped.body,
                "effective_from": today,
            }
        )
    optional = {r.id for r in shipped.requirements if r.optional}
    context = {
        "kind": kind,
        "audience": audience,
        "other_audience": next((other for other in kind.audiences if other != audience), ""),
        "shipped": shipped,
        "versions": [(row, row.in_force(today), row == chosen) for row in versions],
        "chosen": chosen,
        "in_force": in_force,
        "face": face,
        "failed": failed,
        "samples": [(n, sample.label or _("cas ordinaire"), n == number) for n, sample in enumerate(samples)],
        "requirements": [(r, kind.statement(r.id), r.id in optional) for r in shipped.requirements],
        "form": form,
        "findings": findings or [],
        "here": _in_language(reverse("correspondence:template", args=[kind.code, audience]), language),
        "languages": [
            (
                LANGUAGES[code],
                _in_language(reverse("correspondence:template", args=[kind.code, audience]), code),
                code == language,
            )
            for code in written
        ],
        "follows": language != "fr" and _adapted_in_french_only(organisation_id, kind, audience, in_force),
        "editing": "adapter" in request.GET or form.is_bound,
    }
    return _page(request, "template", "templates", context)


def _adapted_in_french_only(organisation_id: int, kind: LetterKind, audience: Party, in_force: BodyTexts) -> bool:
    """A body that reworded its French letter and not the other one sends two letters that no longer say the same."""
    french = texts.texts_in_force(organisation_id, kind, audience, "fr", paris_day(utc_now()))
    return french.version is not None and in_force.version is None


def _try_others(
    organisation_id: int, kind: LetterKind, audience: Party, form: TextForm, language: str
) -> list[dict[str, Any]]:
    """What fails in the letter of the other languages, as it would leave on the same day: one decision sends all of them."""
    found = []
    for other in languages_of(kind):
        if other == language:
            continue
        own = texts.texts_in_force(organisation_id, kind, audience, other, form.cleaned_data["effective_from"])
        text = own.body or kind.text(audience, other).body
        findings = texts.check_letter_text(
            kind, audience, other, title=own.title, subject=own.subject, text=text, texts=own
        )
        found += _said([finding for finding in findings if finding.grave], other)
    return found


@desk_view
def template(request: Any, code: str, audience: Party) -> HttpResponse:
    """A text with its statements, tried on the samples; who may, adapts it: tries, then saves a version to approve."""
    kind = _kind(code, audience)
    if request.method != "POST":
        return _template_page(request, kind, audience)
    if not texts.may_edit(request.actor):
        raise Http404
    form = TextForm(request.POST)
    if not form.is_valid():
        return _template_page(request, kind, audience, form)
    said = {name: form.cleaned_data[name] for name in ("title", "subject", "text")}
    language = _language(request, languages_of(kind))
    shipped = kind.text(audience, language)
    for name in ("title", "subject"):  # the shipped ones stay the shipped ones
        if said[name] == getattr(shipped, name):
            said[name] = ""
    organisation_id = request.actor.organisation_id
    own = texts.texts_in_force(organisation_id, kind, audience, language, form.cleaned_data["effective_from"])
    findings = texts.check_letter_text(kind, audience, language, texts=own, **said)
    if "save" not in request.POST or any(finding.grave for finding in findings):
        shown = _said(findings, language) + _try_others(organisation_id, kind, audience, form, language)
        return _template_page(request, kind, audience, form, shown)
    row = texts.save_letter_text(
        organisation_id, code, audience, **said,
        effective_from=form.cleaned_data["effective_from"], by=request.actor, at=utc_now(), language=language,
    )  # fmt: skip
    messages.success(request, _("Version {n} enregistrée. Elle attend une approbation.").format(n=row.version))
    return redirect(_in_language(reverse("correspondence:template", args=[code, audience]), language))


@require_POST
@desk_view
def version_act(request: Any, version_id: int) -> HttpResponse:
    """Approve a version, give it up, or go back to the shipped text."""
    row = LetterTemplate.objects.filter(pk=version_id, organisation_id=request.actor.organisation_id).first()
    if row is None:
        raise Http404
    what, now = request.POST.get("act"), utc_now()
    try:
        if what == "approve":
            texts.approve(row.pk, by=request.actor, at=now)
            messages.success(request, _("Version {n} approuvée.").format(n=row.version))
        elif what == "end":
            texts.end_template(row.pk, last_day=paris_day(now), by=request.actor)
            messages.success(
                request, _("Le texte fourni reprend dès demain.") if row.approved else _("Version abandonnée.")
            )
        else:
            raise Http404
    except Refusal as refusal:
        words = (
            finding_words(as_finding(refusal))
            if refusal.code.split(":")[0] in ("missing", "template", "forbidden")
            else refusal_words(refusal)
        )
        messages.error(request, words)
    if row.statement:
        address = reverse("correspondence:statement", args=[row.statement])
    else:
        address = reverse("correspondence:template", args=[row.kind, row.audience])
    return redirect(_in_language(address, row.language))


# ---- statements and settings ----------------------------------------------------------------------------------------------------


@require_GET
@desk_view
def statements(request: Any) -> HttpResponse:
    rows = queries.statement_rows(request.actor.organisation_id, paris_day(utc_now()))
    return _page(request, "statements", "statements", {"rows": rows})


@desk_view
def statement(request: Any, key: str) -> HttpResponse:
    """One statement: its idea, its article, the letters that hold it, and the body's own wording."""
    today = paris_day(utc_now())
    language = _language(request, list(LANGUAGES))
    rows = queries.statement_rows(request.actor.organisation_id, today, language)
    row = next((row for row in rows if row.id == key), None)
    if row is None:
        raise Http404
    holding = [
        (kind, audience)
        for kind in all_kinds()
        for audience in kind.audiences
        if key in {r.id for r in kind.text(audience).requirements}
    ]
    initial = {"sentence": row.own.text if row.own else row.sentence, "effective_from": today}
    form = SentenceForm(request.POST or None, initial=initial)
    findings: list[texts.Finding] = []
    if request.method == "POST":
        if not texts.may_edit(request.actor):
            raise Http404
        if form.is_valid():
            sentence = " ".join(form.cleaned_data["sentence"].split())
            findings = texts.check_statement_text(holding[0][0], key, language, sentence)
            if not any(finding.grave for finding in findings):
                texts.save_statement_text(
                    request.actor.organisation_id, holding[0][0].code, key, sentence=sentence,
                    effective_from=form.cleaned_data["effective_from"], by=request.actor, at=utc_now(),
                    language=language,
                )  # fmt: skip
                messages.success(request, _("Rédaction enregistrée. Elle attend une approbation."))
                return redirect(_in_language(reverse("correspondence:statement", args=[key]), language))
    versions = (
        LetterTemplate.objects.filter(organisation_id=request.actor.organisation_id, statement=key, language=language)
        .select_related("author", "approved_by")
        .order_by("-version")
    )
    context = {
        "row": row,
        "form": form,
        "holding": holding,
        "findings": _said(findings, language),
        "languages": [
            (words, _in_language(reverse("correspondence:statement", args=[key]), code), code == language)
            for code, words in LANGUAGES.items()
        ],
        "statement_versions": [(version, version.in_force(today), False) for version in versions],
    }
    return _page(request, "statement", "statements", context)


@desk_view
def settings(request: Any) -> HttpResponse:
    organisation_id = request.actor.organisation_id
    own = LetterSettings.objects.filter(organisation_id=organisation_id).first()
    optional = texts.optional_statements()
    form = SettingsForm(
        request.POST or None,
        initial={
            "printed": [key for key in optional if not (own and key in own.omitted_statements)],
            "names_other_party": own.names_other_party if own else True,
            "attach_data": own.attach_data if own else True,
        },
    )
    if request.method == "POST":
        if not texts.may_edit(request.actor):
            raise Http404
        if form.is_valid():
            texts.save_settings(
                organisation_id,
                omitted_statements=form.omitted,
                names_other_party=form.cleaned_data["names_other_party"],
                attach_data=form.cleaned_data["attach_data"],
                by=request.actor,
                at=utc_now(),
            )
            messages.success(request, _("Choix enregistrés : ils valent pour les lettres à venir."))
            return redirect("correspondence:settings")
    return _page(request, "settings", "settings", {"form": form})
