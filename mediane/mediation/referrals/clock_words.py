"""Words about a clock that every reader shares: what started it, what its date rests on, how the date was computed. Screens and letters say the same."""

from __future__ import annotations

from django.utils.translation import get_language, gettext_noop, override
from django.utils.translation import gettext as _

from mediane.ground.deadlines import services as deadlines
from mediane.ground.deadlines.models import Clock, ClockKind
from mediane.kernel.clocks import Reading


def start_label(clock: Clock) -> str:
    """What started it, in a word."""
    if is_invitation(clock):
        return _("Entrée en médiation")
    return {
        ClockKind.REJECTION: _("Réception"),
        ClockKind.MEDIATION: _("Notification"),
        ClockKind.ENTRY: _("Notification"),
        ClockKind.ACCEPTANCE: _("Proposition"),
        ClockKind.OBJECTION: _("Déclaration"),
        ClockKind.EXECUTION: _("Accord"),
        ClockKind.RESUMPTION: _("Fin"),
    }.get(ClockKind(clock.kind), _("Demande"))


def mark_words(mark: str) -> str:
    """What the basis is worth, in words: a practice is never shown as law."""
    return {
        "A": _("texte de loi"),
        "B": _("source secondaire"),
        "C": _("règle de l’organisme ou usage, pas la loi"),
    }.get(mark, "")


INVITATION = "date fixée par la médiation, sans obligation"
"""Basis of a date until which a party may add what it wishes, where nothing is asked of it: nobody waits for it, nothing of it is late."""


def is_invitation(clock: Clock) -> bool:
    return clock.kind == ClockKind.OBSERVATIONS and clock.basis == INVITATION


def name_of(clock: Clock) -> str:
    """« Observations attendues », or possible where nobody waits for them."""
    return _("Explications possibles") if is_invitation(clock) else str(clock.get_kind_display())


FIXED = (
    gettext_noop("date fixée par la médiation"),
    gettext_noop("sans obligation"),
    gettext_noop("date fixée par le médiateur"),
    gettext_noop("accord des parties"),
    gettext_noop("règlement de l’organisme"),
    gettext_noop("convention"),
)
"""Bases that are words rather than an article, as clocks keep them (French); each is said in the language of the reader."""


def basis_words(clock: Clock) -> str:
    """« R. 612-4, date fixée par le médiateur », « convention, 2025-1 »: articles and versions as they are, words in the language of the reader."""
    return ", ".join(_(part) if part in FIXED else part for part in clock.basis.split(", "))


def how_computed(clock: Clock, reading: Reading | None = None, *, language: str = "") -> str:
    """How this date was computed, in one sentence, and that no law fixes it where none does. In the language of the reader, or in the one given."""
    language = language or get_language() or "fr"
    with override(language):
        said = (reading or deadlines.reading(clock)).explain(
            language, label=start_label(clock), basis=basis_words(clock)
        )
    return f"{said} {not_law(clock, language=language)}".strip()


def not_law(clock: Clock, *, language: str = "") -> str:
    """That no law fixes this date, where none does; else ""."""
    if clock.mark != "C":
        return ""
    with override(language or get_language() or "fr"):
        return _("Ce délai n’est pas fixé par la loi : {what}.").format(what=mark_words("C"))
