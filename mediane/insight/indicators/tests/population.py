"""Referrals of every shape, live and imported, written straight into the tables: what figures are counted over, without the procedure that led there."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from mediane.ground.accounts.actor import Actor
from mediane.ground.accounts.models import Person
from mediane.ground.journal.models import Case, CaseKind
from mediane.mediation.referrals.models import Referral
from mediane.mediation.schemes.models import Body, Mandate, Subject
from mediane.mediation.schemes.services import create_body
from mediane.mediation.traders.models import BusinessLine, Trader

TODAY = date(2026, 11, 23)
_slugs = iter(range(1, 10**6))


def make_body(slug: str = "") -> Body:
    return create_body(slug or f"corps-figures-{next(_slugs)}", by=Actor.system())


class Population:
    """Draws referrals of one body. `write` puts them into the tables and gives them back, newest columns and all."""

    def __init__(self, body: Body, seed: int = 0) -> None:
        self.body, self.draw = body, random.Random(seed)
        self.person = Person.objects.create(email=f"{body.organisation.slug}@figures.example")
        self.mandate = Mandate.objects.create(
            body=body,
            person=self.person,
            starts_on=date(2022, 1, 1),
            ends_on=date(2029, 1, 1),
            appointed_by="le collège",
        )
        self.traders = [Trader.objects.create(body=body, name=f"Professionnel {n}") for n in range(2)]
        self.lines = [
            BusinessLine.objects.create(trader=trader, name=name)
            for trader in self.traders
            for name in ("Colis", "Courrier")
        ]
        self.subjects = [Subject.objects.create(body=body, name=name) for name in ("Livraison", "Facture")]
        self.subs = [
            Subject.objects.create(body=body, parent=parent, name=name)
            for parent in self.subjects
            for name in ("Retard", "Autre")
        ]

    def lawful(self, row: dict[str, Any]) -> dict[str, Any]:
        """The row with the columns that the tables ask of its state: figures read none of them."""
        row, state, day = {"state": "received"} | row, row.get("state", "received"), row.get("received_on")
        if state == "destroyed" and day:
            row |= {"destruction_approved_by": self.person, "destruction_approved_at": datetime(2026, 1, 2, tzinfo=UTC)}
        if state == "archived":
            row["destroy_on"] = date(2030, 1, 1)
        if row.get("imported"):
            return row
        if state in ("awaiting_entry", "in_mediation", "proposal_notified", "in_execution", "closed"):
            row["mediator"] = self.mandate
        if state == "in_mediation":
            row["entered_on"] = row["notified_on"]
        if state == "premature":
            row["premature_until"] = date(2026, 12, 1)
        if state == "redirected" and row["ground"] not in ("L612-2-1", "L612-2-5"):
            row["ground"] = "L612-2-5"
        return row

    def write(self, rows: list[dict[str, Any]]) -> list[Referral]:
        cases = Case.objects.bulk_create(Case(organisation_id=self.body.pk, kind=CaseKind.REFERRAL) for _ in rows)
        made = [
            Referral(case=case, body=self.body, number=f"t-{case.pk}", **self.lawful(row))
            for case, row in zip(cases, rows, strict=True)
        ]
        return Referral.objects.bulk_create(made)

    def rows(self, number: int, first: date, last: date) -> list[dict[str, Any]]:
        return [self.row(first + timedelta(days=self.draw.randint(0, (last - first).days))) for _ in range(number)]

    def row(self, received: date) -> dict[str, Any]:
        draw, later = self.draw, lambda day, most: day + timedelta(days=draw.randint(0, most))
        row: dict[str, Any] = {"received_on": received, "state": "received", "imported": draw.random() < 0.7}
        row["channel"] = draw.choice(["", "web", "post", "email"])
        row["requester_kind"] = draw.choice(["", "consumer", "lawyer"])
        if draw.random() < 0.9:
            line = draw.choice(self.lines)
            row["trader_id"] = line.trader_id
            row["business_line_id"] = line.pk if draw.random() < 0.8 else None
        if draw.random() < 0.8:
            sub = draw.choice(self.subs)
            row["subject_id"], row["sub_subject_id"] = sub.parent_id, sub.pk if draw.random() < 0.7 else None
        row["cross_border"] = draw.choice([None, True, False])
        row["country"] = draw.choice(["", "FR", "BE"])
        if draw.random() < 0.5:
            row["amount_claimed"] = Decimal(draw.randint(0, 10**6)) / 100
        if draw.random() < 0.05:
            return row | {"state": "draft", "received_on": None}
        if draw.random() < 0.03:
            return row | {"state": "destroyed", "received_on": None}
        row["test"] = draw.random() < 0.04
        fate = draw.random()
        if fate < 0.1:
            row["state"] = draw.choice(["received", "incomplete", "under_review"])
            return row
        if fate < 0.15:
            return row | {
                "state": draw.choice(["withdrawn_early", "mission_ended_early"]),
                "closed_on": later(received, 20),
            }
        row["decision_on"] = later(received, 40)
        if draw.random() < 0.15:
            row["decision_started_on"] = later(received, (row["decision_on"] - received).days)
        if fate < 0.5:
            row["decision"] = draw.choice(["inadmissible", "redirected", "premature", "incomplete"])
            row["imported"] = row["imported"] or row["decision"] == "incomplete"
            row["state"] = "inadmissible" if row["decision"] == "incomplete" else row["decision"]
            grounds = [f"L612-2-{n}" for n in range(1, 6)]
            row["ground"] = draw.choice(
                ["", *grounds] if row["imported"] else [""] if row["decision"] == "premature" else grounds
            )
            row["ground_detail"] = draw.choice(["", "no_convention", "second_level_missing"])
            if draw.random() < 0.1:
                row["state"] = draw.choice(["archived", "destroyed"])
            return row
        row["decision"] = "admissible"
        if draw.random() < 0.05:
            return row | {"state": "under_review", "imported": True}
        row["notified_on"] = row["decision_on"]
        row["entry"] = draw.choice(["accepted", "accepted", "deemed_accepted", "", "refused", "deemed_refused"])
        if "refused" in row["entry"]:
            end = later(row["notified_on"], 30)
            return row | {"state": "closed", "outcome": "entry_refused", "closed_on": end, "ended_on": end}
        row["extended"] = draw.random() < 0.3
        if row["extended"]:
            row["extended_until"] = row["notified_on"] + timedelta(days=draw.randint(91, 150))
        if draw.random() < 0.2:
            proposed = draw.random() < 0.4
            if proposed:
                row["proposal_on"] = later(row["notified_on"], 110)
                row["orientation"] = draw.choice(["consumer", "shared"])
            return row | {
                "state": "proposal_notified" if proposed else "in_mediation" if row["entry"] else "awaiting_entry"
            }
        proposed = draw.random() < 0.6
        if proposed:
            row["proposal_on"] = later(row["notified_on"], 120)
            row["orientation"] = draw.choice(["", "consumer", "consumer_partly", "trader", "shared"])
        end = later(row.get("proposal_on") or row["notified_on"], 90)
        outcomes = ["withdrawn_consumer", "withdrawn_trader", "mission_ended", "court_seized", "other_mediator_seized"]
        row["outcome"] = draw.choice(
            ["proposal_accepted", "proposal_refused", "proposal_unanswered", *outcomes]
            if proposed
            else ["agreed_directly", *outcomes]
        )
        if row["outcome"].startswith("proposal_"):
            answers = {
                "proposal_accepted": ["accepted"],
                "proposal_refused": ["refused", "accepted"],
                "proposal_unanswered": ["silent", "accepted"],
            }
            row["consumer_answer"] = draw.choice(answers[row["outcome"]])
            row["trader_answer"] = draw.choice(answers[row["outcome"]])
        if draw.random() < 0.5:
            row["amount_granted"] = Decimal(draw.randint(0, 10**5)) / 100
        row["ended_on"] = end
        if row["outcome"] in ("agreed_directly", "proposal_accepted"):
            row["agreed_on"] = end
            if draw.random() < 0.3:
                return row | {"state": "in_execution"}
            row["execution"] = draw.choice(["yes", "no", "unknown"])
            end = later(end, 40)
        return row | {"state": draw.choice(["closed", "closed", "closed", "archived", "destroyed"]), "closed_on": end}
