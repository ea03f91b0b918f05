"""Trials of the proposal, its answer form and its reminder."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from mediane.kernel.periods import Period
from mediane.mediation.referrals.enums import AnswerSilence
from mediane.mediation.referrals.letters.proposal import AnswerReminder, Proposal, ProposalItem
from mediane.mediation.referrals.letters.samples.book import (
    DESK_OF_TRADER,
    HORIZON,
    IN_HOUSE,
    LONG_FIRM,
    NUMBER,
    PROPOSED,
    SITE,
    Book,
)


def add(book: Book) -> None:
    say = book.say
    proposal = Proposal(
        **NUMBER,
        **HORIZON,
        **book.morel,
        proposal_items=(
            ProposalItem(
                who="Colis Horizon",
                what=say(
                    "verse 240 euros à Madame Claire Morel pour l’horloge abîmée",
                    "pays 240 euros to Ms Claire Morel for the damaged clock",
                ),
                execution_delay=Period.parse("15d"),
            ),
            ProposalItem(
                who="Colis Horizon",
                what=say("rembourse 24,90 euros de frais d’envoi", "refunds 24.90 euros of postage"),
                execution_delay=Period.parse("1m"),
            ),
            ProposalItem(
                who=book.consumer_name,
                what=say("garde l’horloge et la fait réparer", "keeps the clock and has it repaired"),
            ),
        ),
        facts_agreed=say(
            "Le 4 septembre 2026, Madame Claire Morel a envoyé une horloge ancienne par Colis Horizon, avec une garantie de 300 euros. "
            "Le colis est arrivé le 8 septembre avec un angle écrasé. Le destinataire l’a signalé le jour même.\n\n"
            "Une réclamation écrite a été faite le 10 septembre.",
            "On 4 September 2026, Ms Claire Morel sent an antique clock with Colis Horizon, insured for 300 euros. "
            "The parcel arrived on 8 September with a crushed corner. The recipient reported it on the same day.\n\n"
            "A written complaint was made on 10 September.",
        ),
        facts_disputed=say("La solidité de la caisse intérieure.", "How solid the inner case was."),
        positions=say(
            "- Madame Claire Morel demande 300 euros et les frais d’envoi.\n"
            "- Colis Horizon refuse : selon lui, l’emballage ne suffisait pas.",
            "- Ms Claire Morel claims 300 euros and the postage.\n"
            "- Colis Horizon refuses: in its view, the packaging was not sufficient.",
        ),
        reasons_law=say(
            "L’article 8.2 du contrat demande au transporteur de prouver le défaut d’emballage. Ses photographies montrent une double caisse et "
            "6 cm de calage. Cette preuve manque donc. La garantie couvre la valeur justifiée ; la facture de restauration s’élève à 240 euros.",
            "Article 8.2 of the contract requires the carrier to prove that the packaging was defective. Its photographs show a double case and "
            "6 cm of padding. That proof is therefore missing. The insurance covers the proven value; the invoice for the repair is 240 euros.",
        ),
        reasons_equity=say(
            "Le service n’a pas été rendu correctement. Il est juste que les frais d’envoi soient rendus.",
            "The service was not properly provided. It is fair that the postage be refunded.",
        ),
        answer_url=SITE,
        answer_due_on=date(2027, 2, 8),
        proposal_on=PROPOSED,
        silence=AnswerSilence.REFUSAL,
        party_name="Claire Morel",
    )
    last_chance = replace(
        proposal,
        silence=AnswerSilence.REMIND,
        reasons_equity="",
        facts_disputed="",
        conditional_is_refusal=True,
        proposal_items=proposal.proposal_items[:1],
    )
    to_trader = replace(proposal, party_name="Colis Horizon", answer_url=DESK_OF_TRADER)
    for code in ("proposal_consumer", "proposal_answer_form"):
        book.add(code, "consumer", proposal)
        book.add(
            code, "consumer", last_chance, "relance, droit seul", channel="post", text_size="comfortable", gender=""
        )
        book.add(code, "consumer", proposal, "gros caractères", channel="post", text_size="large")
    for code in ("proposal_trader", "proposal_answer_form"):
        book.add(code, "trader", to_trader)
        book.add(code, "trader", replace(to_trader, silence=AnswerSilence.REMIND), "relance", IN_HOUSE)
        book.add(
            code,
            "trader",
            replace(to_trader, party_name=LONG_FIRM, consumer_display_name="C. M."),
            "nom très long, initiales",
        )
    again = AnswerReminder(
        **NUMBER,
        proposal_on=PROPOSED,
        first_due_on=date(2027, 2, 8),
        answer_due_on=date(2027, 2, 23),
        answer_url=SITE,
    )
    book.both("answer_reminder", again)
