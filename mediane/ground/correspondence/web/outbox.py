"""*Envois*: what waits, what failed, what is in doubt, the print batch of the day, each letter with its proof."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST, require_safe

from mediane.ground.accounts.actor import Scope
from mediane.ground.accounts.guards import open_view, permission_required, to_door
from mediane.ground.accounts.roles import Permission
from mediane.ground.correspondence import printing, queries, services
from mediane.ground.correspondence.models import BatchStatus, Letter, PrintBatch, Status
from mediane.ground.correspondence.web.forms import AddressForm, BounceForm, CancelForm, PostedForm, RetryForm
from mediane.ground.correspondence.web.words import refusal_words
from mediane.kernel.moments import paris_day, utc_now
from mediane.kernel.refusals import Refusal
from mediane.kernel.typed import whole

reads = permission_required(Permission.READ_CASES)
sends = permission_required(Permission.SEND_LETTERS)


@require_GET
@reads
def dispatches(request: Any) -> HttpResponse:
    counts = queries.counts(request.actor)
    default = next((name for name in ("decide", "print", "waiting") if counts[name]), "sent")
    queue = request.GET.get("file") or default
    if queue not in queries.QUEUES:
        raise Http404
    before = whole(request.GET.get("avant", ""))
    rows = queries.outbox(request.actor, queue, before)
    more = len(rows) > queries.PAGE
    rows = rows[: queries.PAGE]
    here = reverse("correspondence:dispatches")
    context = {
        "queue": queue,
        "queue_label": queries.QUEUES[queue][0],
        "queues": [
            {"href": f"{here}?file={name}", "label": label, "count": counts[name], "current": name == queue}
            for name, (label, _q) in queries.QUEUES.items()
            if name in counts and (name != "cancelled" or counts[name])
        ],
        "sent_href": f"{here}?file=sent",
        "rows": [(row, queries.TONES.get(Status(row.status), "neutral")) for row in rows],
        "next": f"{here}?{urlencode({'file': queue, 'avant': rows[-1].pk})}" if more else "",
        "first": f"{here}?file={queue}" if before else "",
        "batches": queries.batches(request.actor) if queue == "print" else [],
        "may_send": request.actor.may(Permission.SEND_LETTERS),
    }
    return TemplateResponse(request, "correspondence/dispatches.html", context)


# ---- one letter -----------------------------------------------------------------------------------------------------------------


def _letter(request: Any, uuid: UUID) -> Letter:
    letter = Letter.objects.visible_to(request.actor).select_related("batch", "goes_with").filter(uuid=uuid).first()
    if letter is None:
        raise Http404
    return letter


def _letter_page(request: Any, letter: Letter, **forms: Any) -> HttpResponse:
    may_send = request.actor.may(Permission.SEND_LETTERS) and not letter.goes_with_id
    stopped = letter.status in (Status.FAILED, Status.IN_DOUBT)
    context = {
        "letter": letter,
        "tone": queries.TONES.get(Status(letter.status), "neutral"),
        "attempts": list(letter.attempts.order_by("number")),
        "companions": list(letter.companions.defer("paper", "inputs").order_by("pk")),
        "paper_copy": getattr(letter, "paper_copy", None),
        "may_retry": may_send and stopped,
        "may_confirm": may_send and letter.status == Status.IN_DOUBT,
        "may_post": may_send and (stopped or (letter.channel == "email" and letter.status in (Status.QUEUED, Status.READY))),
        "may_bounce": may_send and services.may_have_bounced(letter),
        "may_correct": may_send and stopped and letter.channel == "email",
        "may_cancel": may_send and letter.status in (Status.QUEUED, Status.READY, Status.FAILED),
        "address": forms.get("address") or AddressForm(initial={"postal_lines": "\n".join(letter.postal_lines)}),
        "cancelling": forms.get("cancelling") or CancelForm(),
        "retrying": forms.get("retrying") or RetryForm(initial={"email": letter.email}),
        "bouncing": forms.get("bouncing") or BounceForm(),
        "blanked": letter.blanked_at is not None and letter.kept_sha256 != letter.sent_sha256,
    }  # fmt: skip
    return TemplateResponse(request, "correspondence/letter.html", context)


@require_GET
@reads
def letter(request: Any, uuid: UUID) -> HttpResponse:
    return _letter_page(request, _letter(request, uuid))


@require_safe
@open_view
def letter_pdf(request: Any, uuid: UUID) -> HttpResponse:
    """The PDF, for whoever may see the letter: staff, or the party it was written to (whose first reading is recorded)."""
    if request.actor.scope is Scope.NONE:
        return to_door(request)
    found = _letter(request, uuid)
    content = services.open_letter(found, by=request.actor, at=utc_now())
    response = HttpResponse(content, content_type="application/pdf")
    name = f"{found.paper['case_number']}-{found.kind.replace('_', '-')}.pdf"
    response["Content-Disposition"] = f'{"attachment" if "telecharger" in request.GET else "inline"}; filename="{name}"'
    return response


ACTS: dict[str, Any] = {
    "retry": gettext_lazy("La lettre est renvoyée."),
    "confirm": gettext_lazy("La lettre est notée comme reçue."),
    "post": gettext_lazy("La lettre rejoint le lot à imprimer."),
    "cancel": gettext_lazy("La lettre est annulée."),
    "bounce": gettext_lazy("Le retour est noté : la lettre part par la poste, ou attend une adresse."),
}


@require_POST
@sends
def act(request: Any, uuid: UUID) -> HttpResponse:
    """What a person decides of a letter that does not leave by itself."""
    found, what, by, at = _letter(request, uuid), request.POST.get("act"), request.actor, utc_now()
    address, cancelling = AddressForm(request.POST), CancelForm(request.POST)
    try:
        if what == "retry":
            retrying = RetryForm(request.POST)
            if not retrying.is_valid():
                return _letter_page(request, found, retrying=retrying)
            services.retry(found.pk, by=by, at=at, email=retrying.cleaned_data["email"])
        elif what == "bounce":
            bouncing = BounceForm(request.POST)
            if not bouncing.is_valid():
                return _letter_page(request, found, bouncing=bouncing)
            services.report_bounce(found.pk, by=by, at=at, text=bouncing.cleaned_data["said"])
        elif what == "confirm":
            services.confirm_sent(found.pk, by=by, at=at)
        elif what == "post":
            if not address.is_valid():
                return _letter_page(request, found, address=address)
            services.send_by_post(found.pk, by=by, at=at, postal_lines=address.cleaned_data["postal_lines"])
        elif what == "cancel":
            if not cancelling.is_valid():
                return _letter_page(request, found, cancelling=cancelling)
            services.cancel(found.pk, by=by, at=at, reason=cancelling.cleaned_data["reason"])
        else:
            raise Http404
    except Refusal as refusal:
        messages.error(request, refusal_words(refusal))
    else:
        messages.success(request, str(ACTS[what]))
    return redirect("correspondence:letter", uuid)


# ---- print batches --------------------------------------------------------------------------------------------------------------


def _batch(request: Any, uuid: UUID) -> PrintBatch:
    batch = (
        PrintBatch.objects.filter(organisation_id=request.actor.organisation_id, uuid=uuid)
        .select_related("closed_by", "posted_by")
        .first()
    )
    if batch is None:
        raise Http404
    return batch


def _batch_page(request: Any, batch: PrintBatch, form: PostedForm | None = None) -> HttpResponse:
    rows = list(queries.numbered(batch.letters.select_related("goes_with").order_by("pk")))
    mains = [row for row in rows if not row.goes_with_id]
    context = {
        "batch": batch,
        "envelopes": [(main, [row for row in rows if row.goes_with_id == main.pk]) for main in mains],
        "form": form or PostedForm(initial={"posted_on": paris_day(utc_now())}),
        "may_send": request.actor.may(Permission.SEND_LETTERS),
        "open": batch.status == BatchStatus.OPEN,
        "closed": batch.status == BatchStatus.CLOSED,
    }
    return TemplateResponse(request, "correspondence/batch.html", context)


@require_GET
@reads
def batch(request: Any, uuid: UUID) -> HttpResponse:
    return _batch_page(request, _batch(request, uuid))


@require_safe
@sends
def batch_pdf(request: Any, uuid: UUID) -> HttpResponse:
    found = _batch(request, uuid)
    try:
        content = printing.batch_pdf(found)
    except Refusal as refusal:
        messages.error(request, refusal_words(refusal))
        return redirect("correspondence:batch", uuid)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="lot-{found.day}-{found.number}.pdf"'
    return response


@require_POST
@sends
def batch_act(request: Any, uuid: UUID) -> HttpResponse:
    found, what, by, at = _batch(request, uuid), request.POST.get("act"), request.actor, utc_now()
    form = PostedForm(request.POST)
    try:
        if what == "close":
            printing.close_print_batch(found.pk, by=by, at=at)
            messages.success(request, _("Le lot est fermé ; son fichier se prépare."))
        elif what == "post":
            if not form.is_valid():
                return _batch_page(request, found, form)
            printing.mark_posted(found.pk, posted_on=form.cleaned_data["posted_on"], by=by, at=at)
            messages.success(request, _("Le lot est posté : ses lettres sont parties."))
        elif what == "reopen":
            opened = printing.reopen_batch(found.pk, by=by, at=at)
            messages.success(request, _("Les lettres sont revenues dans le lot ouvert."))
            return redirect("correspondence:batch", opened.uuid)
        else:
            raise Http404
    except Refusal as refusal:
        messages.error(request, refusal_words(refusal))
    return redirect("correspondence:batch", uuid)
