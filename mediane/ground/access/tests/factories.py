"""Cases that somebody without an account can reach."""

from __future__ import annotations

from typing import Any

from mediane.ground.access import hooks
from mediane.ground.accounts.tests.factories import body
from mediane.ground.journal.models import Case
from mediane.ground.journal.services import open_case
from mediane.ground.organisations.models import Organisation

NUMBER = "2026-04817"


class Numbers:
    """The lookup that a room of cases would register: (organisation, number) → case."""

    def __init__(self) -> None:
        self.known: dict[tuple[int, str], int] = {}
        self.asked: list[tuple[int, str]] = []

    def __call__(self, organisation_id: int, number: str) -> int | None:
        self.asked.append((organisation_id, number))
        return self.known.get((organisation_id, number))

    def case(self, number: str = NUMBER, of: Organisation | None = None) -> Case:
        case = open_case((of or body()).pk, "complaint")
        self.known[case.organisation_id, number] = case.pk
        return case


def install(monkeypatch: Any) -> Numbers:
    numbers = Numbers()
    monkeypatch.setattr(hooks, "_lookups", {"referral": numbers})
    return numbers
