"""The sentences of an assessment, in French and in English. `rules.py` decides, this page only says.

They are read by the mediator's office and, in the pre-check, by the requester: the reason and the article, never a
judgement.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from mediane.kernel.languages import Wording, wording
from mediane.kernel.periods import Period

FACTS = {
    "complaint_written": ("si la réclamation était écrite", "whether the complaint was written"),
    "complaint_proof": ("s’il existe une preuve de la réclamation", "whether there is proof of the complaint"),
    "complaint_on": ("la date de la réclamation", "the day of the complaint"),
    "received_on": ("la date de réception de la demande", "the day the referral was received"),
    "other_mediator": ("si un autre médiateur a été saisi", "whether another mediator was seized"),
    "court": ("si un tribunal a été saisi", "whether a court was seized"),
    "trader_in_scope": ("si le professionnel relève de ce médiateur", "whether the trader is in this mediator’s field"),
    "requester_kind": ("la qualité du demandeur", "who the requester is"),
}

FINDINGS = {
    ("L612-2-1", "spoken"): (
        "La réclamation au professionnel n’a pas été faite par écrit.",
        "The complaint to the trader was not made in writing.",
    ),
    ("L612-2-1", "no_proof"): (
        "Rien ne montre la réclamation écrite. Une preuve peut être demandée avant tout refus.",
        "Nothing shows the written complaint. Proof may be asked for before any refusal.",
    ),
    ("L612-2-1", "after"): (
        (
            "La réclamation du {complaint} est postérieure à la demande, reçue le {received}\u00a0: elle n’est pas "
            "préalable."
        ),
        "The complaint of {complaint} is later than the referral, received on {received}: it is not prior.",
    ),
    ("L612-2-1", "level_skipped"): (
        "Le professionnel a répondu au premier niveau\u202f; le second niveau prévu par le contrat n’a pas été saisi.",
        "The trader replied at the first level; the second level that the contract provides for was not used.",
    ),
    ("L612-2-1", "unknown"): ("À vérifier\u00a0: {unknown}.", "To be checked: {unknown}."),
    ("L612-2-1", "clear"): (
        "Une réclamation écrite et justifiée, du {complaint}, précède la demande.",
        "A written and proven complaint, of {complaint}, precedes the referral.",
    ),
    ("L612-2-2", "found"): (
        "Le médiateur juge la demande manifestement infondée ou abusive.",
        "The mediator finds the request manifestly unfounded or abusive.",
    ),
    ("L612-2-2", "satisfied"): (
        "Le professionnel a donné satisfaction\u00a0: reste-t-il un litige\u202f? Le médiateur seul peut le dire.",
        "The trader gave satisfaction: does a dispute remain? The mediator alone may say.",
    ),
    ("L612-2-2", "unknown"): (
        "Le médiateur ne s’est pas prononcé\u202f; ce motif ne se calcule pas.",
        "The mediator has not said; this ground is never computed.",
    ),
    ("L612-2-2", "clear"): (
        "Le médiateur ne juge pas la demande manifestement infondée ou abusive.",
        "The mediator does not find the request manifestly unfounded or abusive.",
    ),
    ("L612-2-3", "other_mediator"): (
        "Un autre médiateur examine ou a examiné ce litige.",
        "Another mediator examines or has examined this dispute.",
    ),
    ("L612-2-3", "court"): (
        "Un tribunal examine ou a examiné ce litige.",
        "A court examines or has examined this dispute.",
    ),
    ("L612-2-3", "other_mediator_and_court"): (
        "Un autre médiateur et un tribunal examinent ou ont examiné ce litige.",
        "Another mediator and a court examine or have examined this dispute.",
    ),
    ("L612-2-3", "unknown"): ("À vérifier\u00a0: {unknown}.", "To be checked: {unknown}."),
    ("L612-2-3", "clear"): (
        "Ni un autre médiateur ni un tribunal n’est saisi de ce litige.",
        "Neither another mediator nor a court is seized of this dispute.",
    ),
    ("L612-2-4", "no_year"): (
        "Sans réclamation écrite, le délai d’un an n’a pas commencé.",
        "Without a written complaint the year has not begun.",
    ),
    ("L612-2-4", "unknown"): (
        "À vérifier\u00a0: {unknown}. Le délai d’un an ne peut pas être compté.",
        "To be checked: {unknown}. The year cannot be counted.",
    ),
    ("L612-2-4", "clear"): (
        (
            "La demande, reçue le {received}, l’a été au plus tard le {last}, dernier jour du délai ouvert par la "
            "réclamation "
            "du {complaint}."
        ),
        (
            "The referral, received on {received}, came no later than {last}, last day of the time opened by the "
            "complaint of "
            "{complaint}."
        ),
    ),
    ("L612-2-4", "maybe_spoken"): (
        (
            "La demande, reçue le {received}, vient après le {last}\u202f; mais si la réclamation du {complaint} "
            "était orale, "
            "le délai n’a jamais couru. À vérifier."
        ),
        (
            "The referral, received on {received}, comes after {last}; but if the complaint of {complaint} was "
            "spoken, the time "
            "never ran. To be checked."
        ),
    ),
    ("L612-2-4", "over"): (
        (
            "La demande, reçue le {received}, vient après le {last}, dernier jour du délai ouvert par la réclamation "
            "écrite du "
            "{complaint}."
        ),
        (
            "The referral, received on {received}, comes after {last}, last day of the time opened by the written "
            "complaint of "
            "{complaint}."
        ),
    ),
    ("L612-2-4", "day_off"): (
        (
            "La demande, reçue le {received}, vient après le {last}, dernier jour du délai ouvert par la réclamation "
            "écrite du "
            "{complaint}. Ce jour était chômé\u00a0: au médiateur d’en décider avant tout refus."
        ),
        (
            "The referral, received on {received}, comes after {last}, last day of the time opened by the written "
            "complaint of "
            "{complaint}. That was a day off: the mediator looks at it before any refusal."
        ),
    ),
    ("L612-2-5", "trader"): (
        "Le professionnel ou le litige ne relève pas de ce médiateur.",
        "The trader or the dispute is outside this mediator’s field.",
    ),
    ("L612-2-5", "professional"): (
        (
            "Le demandeur a agi pour son activité professionnelle\u00a0: la médiation de la consommation est ouverte "
            "aux "
            "consommateurs."
        ),
        "The requester acted in a professional capacity: consumer mediation is open to consumers.",
    ),
    ("L612-2-5", "unknown"): ("À vérifier\u00a0: {unknown}.", "To be checked: {unknown}."),
    ("L612-2-5", "kind"): (
        "Le demandeur n’est pas un consommateur au sens de la loi\u00a0: le règlement du médiateur peut l’admettre.",
        (
            "The requester is no consumer in the sense of the law: the mediator’s own rules say whether such a person "
            "is admitted."
        ),
    ),
    ("L612-2-5", "for_whom"): (
        "Le demandeur agit pour une autre personne\u00a0: à vérifier, si elle est un consommateur.",
        "The requester acts for somebody else: to be checked, whether that person is a consumer.",
    ),
    ("L612-2-5", "clear"): (
        "Le professionnel relève de ce médiateur et le demandeur est un consommateur.",
        "The trader is in this mediator’s field and the requester is a consumer.",
    ),
}

DATES = {
    "premature_until": (
        (
            "Le médiateur peut être saisi à partir du {day}\u00a0: le professionnel a {period} pour répondre à la "
            "réclamation du "
            "{start}. Trop tôt n’est pas un motif de refus."
        ),
        (
            "The mediator may be seized from {day} on: the trader has {period} to reply to the complaint of {start}. "
            "Too early "
            "is no ground of refusal."
        ),
    ),
    "premature_until:fixed": (
        (
            "Le médiateur peut être saisi à partir du {day}, jour de la réponse du professionnel. Trop tôt n’est pas "
            "un motif de "
            "refus."
        ),
        "The mediator may be seized from {day} on, the day of the trader’s reply. Too early is no ground of refusal.",
    ),
    "refer_before": (
        "Dernier jour pour saisir le médiateur, inclus\u00a0: {day} ({start} + {period}).",
        "Last day, included, to refer: {day} ({start} + {period}).",
    ),
    "decision_due": (
        "Un refus doit être annoncé au plus tard le {day}\u00a0: réception le {start} + {period}.",
        "A refusal must be told by {day} at the latest: received on {start} + {period}.",
    ),
    "mediation_due": (
        "La médiation doit aboutir au plus tard le {day}\u00a0: notification le {start} + {period}.",
        "The mediation must come to its end by {day}: notified on {start} + {period}.",
    ),
    "mediation_due:fixed": (
        "La médiation, prolongée, doit aboutir au plus tard le {day}.",
        "The mediation, extended, must come to its end by {day}.",
    ),
    "answers_due": (
        "Les parties répondent au plus tard le {day}\u00a0: proposition le {start} + {period}.",
        "The parties answer by {day} at the latest: proposal on {start} + {period}.",
    ),
    "limitation_resumes_at_least_until": (
        (
            "La prescription, suspendue, court encore au moins jusqu’au {day}\u00a0: {start} + {period}. "
            "Un délai de forclusion n’est pas suspendu."
        ),
        (
            "Limitation, which was suspended, runs at least until {day}: {start} + {period}. A time bar (forclusion) "
            "is not "
            "suspended."
        ),
    ),
}

IMPOSSIBLE = {
    "no_object": ("Un objet JSON est attendu.", "A JSON object is expected."),
    "no_day": (
        "«\u00a0{given}\u00a0» n’est pas une date du calendrier écrite AAAA-MM-JJ.",
        "“{given}” is no day of the calendar written YYYY-MM-DD.",
    ),
    "no_yes_no": (
        "«\u00a0{given}\u00a0»\u00a0: true, false ou null est attendu.",
        "“{given}”: true, false or null is expected.",
    ),
    "not_listed": (
        "«\u00a0{given}\u00a0» n’est pas une valeur connue\u00a0: {known}.",
        "“{given}” is no known value: {known}.",
    ),
    "no_period": (
        "«\u00a0{given}\u00a0» n’est pas une durée\u00a0: un nombre suivi de d, m, y ou wd (90d, 2m, 1y, 10wd).",
        "“{given}” is no period: a number followed by d, m, y or wd (90d, 2m, 1y, 10wd).",
    ),
    "no_level": ("«\u00a0{given}\u00a0»\u00a0: 1 ou 2 niveaux.", "“{given}”: 1 or 2 levels."),
    "order": (
        "Le {then} ({later}) est antérieur au {first} ({earlier}).",
        "{then} ({later}) is earlier than {first} ({earlier}).",
    ),
    "extension": (
        "La prolongation jusqu’au {then} finit avant l’échéance ordinaire, le {ordinary}.",
        "The extension until {then} ends before the ordinary date, {ordinary}.",
    ),
    "beyond": (
        "Un délai de {period} à partir du {start} dépasse le calendrier connu.",
        "{period} from {start} goes beyond the known calendar.",
    ),
}

EVENTS = {
    "complaint_on": ("réclamation", "complaint"),
    "answered_on": ("réponse du professionnel", "trader’s reply"),
    "level2_on": ("recours au second niveau", "recourse to the second level"),
    "level2_answered_on": ("réponse du second niveau", "reply of the second level"),
    "received_on": ("réception de la demande", "referral received"),
    "notified_on": ("notification", "notification"),
    "proposal_on": ("proposition", "proposal"),
    "ended_on": ("fin de la médiation", "end of the mediation"),
    "extension_until": ("prolongation", "extension"),
}


def finding(ground: str, reason: str, values: Mapping[str, Any], lang: str) -> str:
    """Why a ground is clear, applies or is to check."""
    return _said(FINDINGS[str(ground), reason], values, lang)


def dated(name: str, day: date, counted: tuple[date, Period], lang: str, *, fixed: bool) -> str:
    """What a date is and from what it was counted; `fixed`: a person or a later event set it otherwise."""
    start, period = counted
    return _said(DATES[f"{name}:fixed" if fixed else name], {"day": day, "start": start, "period": period}, lang)


def impossible(code: str, field: str, values: Mapping[str, Any], lang: str) -> str:
    """Why facts cannot be."""
    tongue = _index(lang)
    named = dict(values)
    if code == "order":
        named |= {"later": EVENTS[field][tongue], "earlier": EVENTS[named["earlier"]][tongue]}
    if "known" in named:
        named["known"] = ", ".join(named["known"])
    return _said(IMPOSSIBLE[code], named, lang)


def _said(pair: tuple[str, str], values: Mapping[str, Any], lang: str) -> str:
    w = wording(lang)
    return pair[_index(lang)].format(**{name: _word(value, w, lang) for name, value in values.items()})


def _word(value: Any, w: Wording, lang: str) -> str:
    if isinstance(value, date):
        return w.day(value)
    if isinstance(value, tuple):
        return w.listed(FACTS[name][_index(lang)] for name in value)
    return value.in_words(lang) if hasattr(value, "in_words") else str(value)


def _index(lang: str) -> int:
    return 1 if lang.lower().startswith("en") else 0
