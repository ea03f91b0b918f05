"""Lists of the desk: Mon travail by nearest date, every referral, search; and giving files to somebody."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from mediane.ground.accounts.actor import Actor
from mediane.ground.accounts.guards import permission_required
from mediane.ground.accounts.models import Membership
from mediane.ground.accounts.requests import Request
from mediane.ground.accounts.roles import STAFF_ROLES, Permission
from mediane.ground.deadlines.models import Hand
from mediane.kernel.moments import paris_day, utc_now
from mediane.kernel.refusals import Refusal
from mediane.kernel.typed import clean_line, whole
from mediane.mediation.referrals import queries
from mediane.mediation.referrals.enums import Queue, State
from mediane.mediation.referrals.models import Referral
from mediane.mediation.referrals.sentences import expected
from mediane.mediation.referrals.services import admissibility
from mediane.mediation.referrals.web import faces
from mediane.mediation.referrals.web.desk.words import STATE_TONES, trader_name
from mediane.mediation.referrals.workflow import OPEN, REFERRALS

OPEN_STATES = [state for state in State if state in OPEN]
FEW_COLLEAGUES = 20  # in a list beside the rows; more have a page of their own, and the worklist its size
LEAST = (100, 500, 1000, 5000)
"""Sums asked, in euros, from which the list can be narrowed."""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _work_filter(request: Request) -> queries.WorkFilter:
    get = request.GET
    day, __, pk = get.get("apres", "").partition("_")
    after = (_day(day), whole(pk)) if _day(day) and whole(pk) is not None else None
    queue = get.get("file", "all")
    who = get.get("qui", "")
    least = whole(get.get("montant", ""))
    return queries.WorkFilter(
        queue=queue if queue in queries.QUEUES else "all",
        who=who if who in ("me", "none", "team") else ("me" if request.actor.may(Permission.WORK_CASES) else "team"),
        hand=get.get("main", "") if get.get("main") in Hand.values else "",
        states=tuple(state for state in get.getlist("etat") if state in OPEN),
        trader=whole(get.get("pro", "")),
        least=least if least in LEAST else None,
        after=after,  # type: ignore[arg-type]
    )


@permission_required(Permission.READ_CASES)
def worklist(request: Request) -> HttpResponse:
    """One list, by nearest legal date, grouped late / this week / later. The address is the view: queue, whose, who must act, states, sum."""
    today, work = paris_day(utc_now()), _work_filter(request)
    page = queries.worklist(request.actor, work, today)
    picks = request.actor.may(Permission.WORK_CASES)
    rows = [_row(row, page.clocks, today, request.actor) | {"pick": row.pk if picks else None} for row in page.rows]
    first, last = not work.after, page.rows[-1] if page.more else None
    here = _address_of(work)
    narrowed = bool(work.hand or work.states or work.trader or work.least)
    context = {
        "today": today,
        "groups": _groups(rows, today, page.counts[work.queue] if first and not narrowed else None),
        "queues": [_queue(name, page.counts[name], work, here) for name in queries.QUEUES],
        "views": [
            {"href": _address(here, qui=who), "label": label, "current": who == work.who}
            for who, label in (("me", _("À moi")), ("none", _("Sans responsable")), ("team", _("Toute l’équipe")))
        ],
        "kept": [(name, value) for name, value in here if name in ("file", "qui", "pro")],
        "states": [(state.value, state.short, state in work.states) for state in OPEN_STATES],
        "hands": [
            ("", _("Tous"), not work.hand),
            (Hand.MEDIATION.value, _("La médiation"), work.hand == Hand.MEDIATION),
            (Hand.CONSUMER.value, _("Le consommateur"), work.hand == Hand.CONSUMER),
            (Hand.TRADER.value, _("Le professionnel"), work.hand == Hand.TRADER),
        ],
        "sums": [("", _("Toutes"), work.least is None), *((least, least, least == work.least) for least in LEAST)],
        "everything": _address(here, main="", etat="", montant="", pro="") if narrowed else "",
        "next": _address(here, apres=f"{last.due_on}_{last.pk}") if last and last.due_on else "",
        "first": _address(here) if work.after else "",
        "empty": not rows,
        "narrowed": narrowed,
        "work": work,
        "may_enter": picks,
        "may_assign": rows and picks,
        "colleagues": _colleagues(request, most=FEW_COLLEAGUES) if rows and picks else [],
    }
    return TemplateResponse(request, "desk/worklist.html", context)


def _groups(rows: list[dict[str, Any]], today: date, count: queries.Count | None) -> list[tuple[str, str, list[Any]]]:
    """Late, this week, later; beside each how many, over the whole list where that is known, else on this page."""
    soon = queries.soon(today)
    late = [row for row in rows if row["due_on"] and row["due_on"] < today]
    week = [row for row in rows if row["due_on"] and today <= row["due_on"] <= soon]
    later = [row for row in rows if not row["due_on"] or row["due_on"] > soon]
    known = (count.late, count.week, max(0, count.all - count.late - count.week)) if count else (None, None, None)
    groups = []
    for title, group, n in zip(
        (_("En retard"), _("Cette semaine"), _("Plus tard")), (late, week, later), known, strict=True
    ):
        if group:
            capped = count is not None and count.all >= queries.CAP
            total = len(group) if n is None or capped else n
            sub = ngettext("{n} dossier", "{n} dossiers", total).format(n=total)
            if group is late:
                sub = _("{sub} · le motif du retard sera demandé à la clôture").format(sub=sub)
            groups.append((title, "" if capped else sub, group))
    return groups


def _queue(name: str, count: queries.Count, work: queries.WorkFilter, here: list[tuple[str, Any]]) -> dict[str, Any]:
    label = (_("Tout mon travail") if work.who == "me" else _("Tout")) if name == "all" else str(Queue(name).label)
    return {
        "href": _address(here, file=name),
        "count": count.all,
        "label": label,
        "sub": _("et plus")
        if count.all >= queries.CAP
        else _("dont {n} cette semaine").format(n=count.week)
        if count.week
        else "",
        "late": _("{n} en retard").format(n=_capped(count.late)) if count.late else "",
        "current": name == work.queue,
    }


def _capped(count: int) -> str:
    return f"{count}" if count < queries.CAP else "1 000+"


def _address_of(work: queries.WorkFilter) -> list[tuple[str, Any]]:
    """The view as an address says it: to be kept among one's bookmarks, or sent to a colleague."""
    said: list[tuple[str, Any]] = [("file", work.queue), ("qui", work.who), ("main", work.hand)]
    said += [("etat", state) for state in work.states]
    return [*said, ("pro", work.trader), ("montant", work.least)]


def _address(here: list[tuple[str, Any]], **changes: Any) -> str:
    kept = [pair for pair in here if pair[0] not in changes]
    said = [(name, value) for name, value in (*kept, *changes.items()) if value not in ("", None)]
    return f"{reverse('desk:work')}?{urlencode(said)}"


def _what(row: Referral) -> dict[str, Any]:
    """Which case it is and where it stands."""
    return {
        "href": reverse("desk:case", args=[row.pk]),
        "number": row.number,
        "consumer": row.consumer_name or _("Demandeur"),
        "trader": trader_name(row),
        "about": row.claim.summary if hasattr(row, "claim") else "",
        "amount": row.amount_claimed,
        "state": State(row.state).short,
        "tone": STATE_TONES.get(State(row.state), "neutral"),
        "due_on": row.due_on,
    }


def _row(row: Referral, clocks: dict[int, Any], today: date, reader: Actor) -> dict[str, Any]:
    clock = clocks.get(row.pk)
    late = row.due_on is not None and row.due_on < today
    holder = "mediation" if late and row.due_kind == "observations" else clock.hand if clock else row.hand
    who = {"mediation": _office(row, reader.person_id), "consumer": row.consumer_name, "trader": trader_name(row)}.get(
        holder, ""
    )
    words = expected(row, row.due_kind, late=late)
    if row.state == State.UNDER_REVIEW and not reader.roles & REFERRALS.by_name["notify"].who:
        words = _("Préparer la décision sur la recevabilité")
    if row.state == State.PROPOSAL_NOTIFIED:  # who answered first is nobody's to guess, not even from a list
        holder, who = "nobody", _("Les deux parties, chacune de son côté")
    return _what(row) | {
        "face": faces.row_face(row.due_on, today, clock=clock) if row.due_on else None,
        "next": words,
        "holder": holder or "nobody",
        "who": who,
    }


def _office(row: Referral, me: int | None) -> str:
    """Who of the office: the mediator where the act is the mediator's, else who follows the file."""
    mediator = row.mediator.person if row.mediator else None
    person = (mediator or row.assignee) if row.state == State.IN_MEDIATION else (row.assignee or mediator)
    if person is None:
        return _("Sans responsable")
    return _("Vous") if person.pk == me else str(person)


def _colleagues(request: Request, *, most: int | None = None) -> list[Any]:
    """Who of the body files can be given to, by name; nobody where there are more than `most`."""
    held = (
        Membership.objects.current(paris_day(utc_now()))
        .filter(organisation=request.actor.organisation_id, role__in=STAFF_ROLES)
        .select_related("person")
    )
    people = {row.person for row in (held if most is None else held.order_by("person")[: most * len(STAFF_ROLES)])}
    return [] if most is not None and len(people) > most else sorted(people, key=str)


@permission_required(Permission.WORK_CASES)
@require_POST
def assign(request: Request) -> HttpResponse:
    """Give the ticked files to somebody; asked to whom on a page of its own where the list had no room for all colleagues."""
    to = request.POST.get("to", "")
    colleagues = {str(person.pk): person for person in _colleagues(request)}
    picked = [pk for text in request.POST.getlist("picked") if (pk := whole(text)) is not None][: queries.PAGE]
    back = str(request.POST.get("next", ""))
    back = back if back.startswith("/bureau/") else reverse("desk:work")
    if "to" not in request.POST and picked:
        rows = Referral.objects.visible_to(request.actor).filter(pk__in=picked).order_by("due_on", "pk")
        context = {
            "rows": rows.only("number", "consumer_name", "trader_given"),
            "colleagues": colleagues.values(),
            "back": back,
        }
        return TemplateResponse(request, "desk/assign.html", context)
    if to not in colleagues or not picked:
        flash.error(request, _("Choisissez au moins un dossier et une personne."))
    else:
        done = 0
        for pk in picked:
            try:
                admissibility.assign(pk, int(to), by=request.actor, at=utc_now())
                done += 1
            except Refusal:
                continue
        words = ngettext("{n} dossier attribué à {name}.", "{n} dossiers attribués à {name}.", done)
        flash.success(request, words.format(n=done, name=colleagues[to]))
        if done < len(picked):
            left = len(picked) - done
            words = ngettext("{n} dossier n’a pas pu être attribué.", "{n} dossiers n’ont pas pu être attribués.", left)
            flash.error(request, words.format(n=left))
    return redirect(back)


@permission_required(Permission.READ_CASES)
def referrals(request: Request) -> HttpResponse:
    """Every case of the body, newest first; the search box leads here too."""
    get = request.GET
    states = [state for state in get.getlist("etat") if state in State.values]
    after, trader = whole(get.get("apres", "")), whole(get.get("pro", ""))
    text = clean_line(get.get("q", ""), 200)
    rows = queries.find(request.actor, text, states=states, trader=trader, after=after, limit=queries.PAGE + 1)
    here = [("q", text)] * bool(text) + [("etat", state) for state in states] + ([("pro", trader)] if trader else [])
    context = {
        "sought": text,
        "trader_pk": trader,
        "rows": [_what(row) | {"received_on": row.received_on} for row in rows[: queries.PAGE]],
        "states": [
            (state.value, state.short, state.value in states)
            for state in State
            if state not in (State.DRAFT, State.DESTROYED)
        ],
        "chosen": len(states),
        "next": f"?{urlencode([*here, ('apres', rows[queries.PAGE - 1].pk)])}" if len(rows) > queries.PAGE else "",
        "first": f"?{urlencode(here)}" if after else "",
        "filtered": bool(states or text or trader),
    }
    return TemplateResponse(request, "desk/referrals.html", context)
