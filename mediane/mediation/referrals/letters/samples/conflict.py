"""Trials of the letters about impartiality."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from mediane.mediation.referrals.letters.conflict import ConflictDeclared, MediatorReplaced, MissionEndedConflict
from mediane.mediation.referrals.letters.samples.book import DUE, ENDED, HORIZON, NUMBER, ONE_PERSON, Book


def add(book: Book) -> None:
    say = book.say
    conflict = ConflictDeclared(
        **NUMBER,
        circumstance=say(
            "Un membre de ma famille travaille depuis le 1er décembre 2026 dans l’entreprise mise en cause.",
            "A member of my family has worked since 1 December 2026 in the business concerned.",
        ),
        mediator_view=say(
            "Je pense pouvoir rester impartiale : cette personne n’a aucun rôle dans ce litige.",
            "I believe that I can remain impartial: this person has no part in this dispute.",
        ),
        objection_due_on=date(2027, 1, 11),
        after_notification=True,
    )
    book.both("conflict_declared", conflict)
    book.both("conflict_declared", conflict, "médiateur seul", ONE_PERSON)
    before = replace(conflict, after_notification=False)
    book.add("conflict_declared", "consumer", before, "avant la notification, médiateur seul", ONE_PERSON)
    new = MediatorReplaced(
        **NUMBER,
        **DUE,
        former_mediator="Paul Ferrer",
        former_mediator_gender="m",
        new_mediator="Hélène Castaing",
        new_mediator_gender="f",
        replaced_on=date(2027, 1, 12),
        after_notification=True,
        conflict_declared_on=date(2027, 1, 4),
        new_mediator_bio_url="https://bellerive.example/equipe/castaing",
    )
    book.both("mediator_replaced", new)
    early = replace(
        new,
        after_notification=False,
        mediation_due_on=None,
        conflict_declared_on=None,
        former_mediator="Anne Vidal",
        former_mediator_gender="f",
        new_mediator_bio_url="",
    )
    book.add("mediator_replaced", "consumer", early, "avant la notification, fin de mandat")
    ended = MissionEndedConflict(
        **NUMBER, **HORIZON, **ENDED, conflict_declared_on=date(2027, 1, 4), entered=True, proposed=True
    )
    book.both("mission_ended_conflict", ended, "après l’entrée", ONE_PERSON)
    book.both("mission_ended_conflict", replace(ended, entered=False, proposed=False), "avant l’entrée", ONE_PERSON)
    short = replace(ended, early=True, entered=False, proposed=False, ended_on=None, limitation_restart_on=None)
    book.add("mission_ended_conflict", "consumer", short, "avant la notification", ONE_PERSON)
