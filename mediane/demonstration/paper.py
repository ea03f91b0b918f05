"""Documents of the demonstration: a complaint and an invoice, as PDF pages made by the same compiler as the letters."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from mediane.demonstration.stories import Story
from mediane.kernel import french
from mediane.mediation.referrals.services.receiving import Dispute


@cache
def _compiler() -> Any:
    import typst

    return typst.Compiler(Path(__file__).with_suffix(".typ"))


def _pdf(data: dict[str, Any]) -> bytes:
    pages = _compiler().compile(format="pdf", sys_inputs={"data": json.dumps(data)})
    return bytes(pages)


def complaint_pdf(story: Story, said: Dispute, day: date) -> bytes:
    """The written complaint, dated as the referral says."""
    who = said.consumer
    return _pdf(
        {
            "title": f"Réclamation : {story.summary.lower()}",
            "place": f"{who.city}, le {french.day(said.complaint_on or day)}",
            "sender": [f"{who.first_name} {who.last_name}", who.address, f"{who.postcode} {who.city}"],
            "text": [
                f"À {story.trader}, service réclamations.",
                story.facts,
                f"Je vous demande : {story.asked.lower()}",
                "Je vous prie de me répondre par écrit.",
            ],
            "sign": f"{who.first_name} {who.last_name}",
        }
    )


def invoice_pdf(story: Story, said: Dispute, day: date) -> bytes:
    who = said.consumer
    return _pdf(
        {
            "title": f"Facture {story.trader}",
            "place": f"le {french.day(said.complaint_on or day)}",
            "sender": [story.trader, "1 place du Port", "44998 Belle-Rive"],
            "text": [
                f"Client : {who.first_name} {who.last_name}",
                f"Objet : {story.sub_subject}",
                f"Montant réglé : {french.amount(said.amount_claimed) if said.amount_claimed else '—'}",
            ],
            "sign": "Merci de votre confiance.",
        }
    )
