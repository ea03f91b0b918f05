"""One invented case, told letter by letter: facts for every kind under every condition. Used by tests, the template editor and the generated list.

People and firms are invented; days agree with one another (complaint 10 September 2026, referral 9 November, notification 23 November).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from mediane.ground.correspondence.frames import Addressee, LetterContext, Party, Sample, Sender
from mediane.mediation.referrals import letters as kinds
from mediane.mediation.referrals.enums import AnswerSilence, EntrySilence, ResumeReason

Facts = dict[str, Any]

BODY = Sender(
    body_name="Médiation Belle-Rive",
    body_short="Belle-Rive",
    postal_lines=("14, quai des Tilleuls", "44999 Belle-Rive Cedex"),
    city="Belle-Rive",
    mediator_name="Hélène Castaing",
    mediator_gender="f",
    phone="02 99 00 14 14",
    phone_hours="lundi au vendredi, 9 h – 17 h",
    email="contact@bellerive.example",
    site="https://bellerive.example",
    privacy_url="https://bellerive.example/donnees",
    dpo_contact="donnees@bellerive.example",
    contact_name="Nadia Ferrand",
    contact_phone="02 99 00 14 21",
    contact_email="nadia.ferrand@bellerive.example",
)
ONE_PERSON = replace(
    BODY, body_name="Paul Ferrer", body_short="P. Ferrer", mediator_name="Paul Ferrer", mediator_gender="m", is_person=True
)  # fmt: skip
IN_HOUSE = replace(
    BODY, body_name="Médiateur du groupe Horizon", body_short="Horizon", mediator_gender="", in_house=True
)
ENERGY = replace(BODY, body_name="Médiation Énergie Belle-Rive", energy=True)

CONSUMER = Addressee(
    name="Madame Claire Morel",
    postal_lines=("Madame Claire Morel", "Appartement 12, bâtiment B", "27 RUE DES CAPUCINES", "44998 BELLE-RIVE"),
    email="claire.morel@courriel.example",
    channel="email",
    civility="Madame",
    last_name="Morel",
    gender="f",
    link_url="https://bellerive.example/s/7KQ2-M4XD-CLE-DE-LECTURE",
)
TRADER = Addressee(
    name="Colis Horizon",
    postal_lines=("Colis Horizon", "Service médiation", "3 AVENUE DU PORT", "44990 SAINT-AUBIN"),
    email="mediation@colishorizon.example",
    channel="email",
    link_url="https://bellerive.example/pro/2026-01847",
)

NUMBER: Facts = {"case_number": "2026-01847", "follow_up_url": "https://bellerive.example/s/7KQ2-M4XD"}
HORIZON: Facts = {"trader_name": "Colis Horizon"}
MOREL: Facts = {"consumer_display_name": "Madame Claire Morel"}
COMPLAINT, FILED, NOTIFIED, PROPOSED = date(2026, 9, 10), date(2026, 11, 9), date(2026, 11, 23), date(2027, 1, 18)
ENDED: Facts = {"ended_on": date(2027, 2, 9), "limitation_restart_on": PROPOSED}
ENDED_AT_ENTRY: Facts = {"ended_on": date(2026, 12, 15), "limitation_restart_on": date(2026, 12, 15)}
ENTRY: Facts = {"notified_on": NOTIFIED, "entry_due_on": date(2026, 12, 14)}
DUE: Facts = {"mediation_due_on": date(2027, 2, 21)}
ITEMS = (
    kinds.Commitment(who="Colis Horizon", what="verse 240 euros à Madame Claire Morel pour l’horloge abîmée", due_on=date(2027, 2, 24)),
    kinds.Commitment(who="Colis Horizon", what="rembourse 24,90 euros de frais d’envoi", due_on=date(2027, 2, 24)),
)  # fmt: skip
PROPOSAL: Facts = {
    **NUMBER,
    **HORIZON,
    **MOREL,
    "proposal_items": (
        kinds.ProposalItem(
            who="Colis Horizon",
            what="verse 240 euros à Madame Claire Morel pour l’horloge abîmée",
            execution_delay="15 jours après l’accord",
        ),
        kinds.ProposalItem(who="Colis Horizon", what="rembourse 24,90 euros de frais d’envoi", execution_delay="15 jours après l’accord"),
        kinds.ProposalItem(who="Madame Claire Morel", what="garde l’horloge et la fait réparer si elle le souhaite"),
    ),
    "facts_agreed": (
        "Le 4 septembre 2026, Madame Claire Morel a envoyé une horloge ancienne par Colis Horizon, avec une garantie de 300 euros. "
        "Le colis est arrivé le 8 septembre avec un angle écrasé. Le destinataire l’a signalé le jour même.\n\n"
        "Une réclamation écrite a été faite le 10 septembre."
    ),
    "positions": (
        "- Madame Claire Morel demande 300 euros et les frais d’envoi.\n"
        "- Colis Horizon refuse : selon lui, l’emballage ne suffisait pas."
    ),
    "reasons_law": (
        "L’article 8.2 du contrat demande au transporteur de prouver le défaut d’emballage. Ses photographies montrent une double caisse et "
        "6 cm de calage. Cette preuve manque donc. La garantie couvre la valeur justifiée ; la facture de restauration s’élève à 240 euros."
    ),
    "reasons_equity": "Le service n’a pas été rendu correctement. Il est juste que les frais d’envoi soient rendus.",
    "answer_url": "https://bellerive.example/s/7KQ2-M4XD",
    "answer_due_on": date(2027, 2, 8),
    "proposal_on": PROPOSED,
    "silence": AnswerSilence.REFUSAL,
    "party_name": "Claire Morel",
}  # fmt: skip
FORM_TRADER: Facts = {
    "party_name": "Colis Horizon",
    "party_capacity": "représentée par une personne habilitée à engager l’entreprise",
}


SILENCE = {
    EntrySilence.REFUSAL: "le silence vaut refus",
    EntrySilence.ACCEPTANCE: "le silence vaut acceptation (énergie)",
    EntrySilence.REMIND: "une relance",
}


OUTCOMES = {
    kinds.ClosingOutcome.AGREEMENT_EXECUTED: "accord exécuté",
    kinds.ClosingOutcome.AGREEMENT_UNKNOWN: "exécution non connue",
    kinds.ClosingOutcome.AGREEMENT_NOT_EXECUTED: "accord non exécuté",
    kinds.ClosingOutcome.NO_AGREEMENT: "sans accord",
    kinds.ClosingOutcome.INTERRUPTED: "interrompue",
}
ISSUES = {
    kinds.CertificateOutcome.AGREEMENT: "accord",
    kinds.CertificateOutcome.NO_AGREEMENT: "absence d’accord",
    kinds.CertificateOutcome.NOT_ENTERED: "entrée non acceptée",
    kinds.CertificateOutcome.WITHDRAWAL: "retrait",
    kinds.CertificateOutcome.MISSION_ENDED: "fin de mission",
    kinds.CertificateOutcome.ELSEWHERE: "autre instance",
}


class _Book:
    """Collects the samples of each kind; a page is one call."""

    def __init__(self) -> None:
        self.pages: dict[str, list[Sample]] = {}

    def add(
        self,
        code: str,
        audience: Party,
        context: LetterContext,
        label: str = "",
        sender: Sender = BODY,
        **addressee: Any,
    ) -> None:
        to = replace(CONSUMER if audience == "consumer" else TRADER, **addressee)
        self.pages.setdefault(code, []).append(
            Sample(label=label, audience=audience, context=context, sender=sender, addressee=to)
        )

    def both(self, code: str, context: LetterContext, label: str = "", sender: Sender = BODY) -> None:
        self.add(code, "consumer", context, label, sender)
        self.add(code, "trader", context, label, sender)


def samples_of(code: str) -> tuple[Sample, ...]:
    """Every sample of a kind, at least one for each of its audiences."""
    return tuple(_book().pages.get(code, ()))


@cache
def _book() -> _Book:
    book = _Book()
    _before_decision(book)
    _entry(book)
    _course(book)
    _proposal(book)
    _ends(book)
    return book


def _before_decision(book: _Book) -> None:
    receipt = kinds.ReferralReceipt(
        **NUMBER, **HORIZON, filed_on=FILED, admissibility_due_on=date(2026, 11, 30), access_code="4729 0381 6650 1294",
        attachments=("réclamation du 10 septembre 2026", "photographies du colis (4)", "facture de restauration"),
    )  # fmt: skip
    book.add("referral_receipt", "consumer", receipt)
    book.add(
        "referral_receipt",
        "consumer",
        replace(receipt, attachments=(), access_code=""),
        "sans pièce ni code",
        channel="post",
        gender="",
        civility="",
    )
    again = replace(receipt, evidence_on=date(2027, 1, 4), admissibility_due_on=date(2027, 1, 25), access_code="")
    book.add("referral_receipt", "consumer", again, "nouvel examen")
    book.add(
        "referral_receipt",
        "consumer",
        replace(receipt, admissibility_due_on=date(2026, 11, 24)),
        "organisme plus rapide",
        IN_HOUSE,
    )
    pieces = (
        kinds.MissingItem(
            name="Votre réclamation écrite",
            why="la loi demande une réclamation préalable",
            must_show="sa date et son destinataire",
        ),
        kinds.MissingItem(
            name="La réponse du professionnel",
            why="elle montre où en est le litige",
            must_show="sa date, s’il y en a une",
        ),
    )
    request = kinds.DocumentsRequest(
        **NUMBER, filed_on=FILED, missing_items=pieces, documents_due_on=date(2026, 11, 20), admissibility_due_on=date(2026, 11, 30), paper_case=True
    )  # fmt: skip
    book.add("documents_request", "consumer", request, channel="post")
    book.add(
        "documents_request", "consumer", replace(request, missing_items=pieces[:1], paper_case=False), "une seule pièce"
    )
    prior = kinds.RefusalNoPriorComplaint(
        **NUMBER, **HORIZON, trader_complaint_address="Colis Horizon, service clients, BP 40, 44991 Saint-Aubin", premature_wait="deux mois",
        resubmit_url="https://bellerive.example/s/7KQ2-M4XD", draft_kept_until_on=date(2027, 11, 20),
        reason_detail="L’appel du 12 septembre ne suffit pas : la réclamation doit être écrite.",
    )  # fmt: skip
    for code in ("refusal_no_prior_complaint", "complaint_model"):
        book.add(code, "consumer", prior)
        book.add(code, "consumer", replace(prior, reason_detail=""), "sans précision")
    unfounded = kinds.RefusalUnfoundedOrAbusive(
        **NUMBER, **HORIZON, remarks_due_on=date(2026, 12, 21),
        mediator_reason="la somme demandée vous a été versée le 20 octobre 2026, comme le montre votre propre relevé.",
    )  # fmt: skip
    book.add("refusal_unfounded_or_abusive", "consumer", unfounded)
    forum = kinds.RefusalOtherForum(
        **NUMBER, **HORIZON, other_forum_name="le tribunal judiciaire de Belle-Rive", other_forum_reference="RG 26/01234"
    )  # fmt: skip
    book.add("refusal_other_forum", "consumer", forum)
    mediator = replace(
        forum, other_forum_name="la médiation Grand-Large", already_examined=True, other_forum_reference="",
        sector_exception="Dans le secteur de l’énergie, vous pouvez encore saisir le médiateur national de l’énergie.",
    )  # fmt: skip
    book.add("refusal_other_forum", "consumer", mediator, "autre médiateur, déjà examiné")
    book.add(
        "refusal_over_one_year",
        "consumer",
        kinds.RefusalOverOneYear(**NUMBER, **HORIZON, complaint_on=date(2025, 10, 2), filed_on=FILED),
    )
    scope = kinds.RefusalOutOfScope(
        **NUMBER, **HORIZON, scope_reason="Les litiges entre professionnels ne sont pas de ma compétence.",
        competent_body_name="Médiation Grand-Large", competent_body_address="5, rue du Phare, 29990 Port-Clair",
        competent_body_url="https://grandlarge.example",
    )  # fmt: skip
    book.add("refusal_out_of_scope", "consumer", scope)
    nobody = replace(scope, competent_body_name="", competent_body_address="", competent_body_url="")
    book.add("refusal_out_of_scope", "consumer", nobody, "aucun autre médiateur connu", ONE_PERSON)
    early = kinds.Premature(
        **NUMBER, **HORIZON, complaint_on=date(2026, 10, 12), wait_ends_on=date(2026, 12, 12), resubmit_from_on=date(2026, 12, 13),
        premature_wait="deux mois", premature_source="la charte de la médiation", resubmit_url="https://bellerive.example/s/7KQ2-M4XD",
        referral_deadline_on=date(2027, 10, 12),
    )  # fmt: skip
    book.add("premature", "consumer", early)
    reminder = kinds.PrematureReminder(
        **NUMBER, **HORIZON, resubmit_url="https://bellerive.example/s/7KQ2-M4XD", referral_deadline_on=date(2027, 10, 12)
    )  # fmt: skip
    book.add("premature_reminder", "consumer", reminder)
    level = kinds.RedirectedLevel(
        **NUMBER, **HORIZON, level_name="le service consommateurs", level_basis="article 11 des conditions générales",
        level_address="Colis Horizon, service consommateurs, BP 41, 44991 Saint-Aubin", referral_deadline_on=date(2027, 9, 10),
        transfer_consent_url="https://bellerive.example/s/7KQ2-M4XD",
    )  # fmt: skip
    book.add("redirected_level", "consumer", level)
    book.add(
        "redirected_level",
        "consumer",
        replace(level, transfer_consent_url="", transferred_on=date(2026, 11, 20)),
        "dossier transmis",
    )
    other = kinds.RedirectedMediator(
        **NUMBER, **HORIZON, competent_body_name="Médiation Grand-Large", competent_body_address="5, rue du Phare, 29990 Port-Clair",
        competent_body_url="https://grandlarge.example", competent_reason="Colis Horizon relève d’un autre médiateur depuis le 1er janvier 2026.",
        transfer_consent_url="https://bellerive.example/s/7KQ2-M4XD",
    )  # fmt: skip
    book.add("redirected_mediator", "consumer", other)
    sent_on = replace(other, transfer_consent_url="", transferred_on=date(2026, 11, 20))
    book.add("redirected_mediator", "consumer", sent_on, "dossier transmis", ONE_PERSON)
    book.add(
        "withdrawal_before_notification",
        "consumer",
        kinds.WithdrawalBeforeNotification(**NUMBER, withdrawn_on=date(2026, 11, 18)),
    )


def _entry(book: _Book) -> None:
    consumer = kinds.NotificationConsumer(
        **NUMBER, **HORIZON, **ENTRY, **DUE, entry_asked=True, silence=EntrySilence.REFUSAL
    )
    trader = kinds.NotificationTrader(
        **NUMBER, **MOREL, **ENTRY, **DUE, entry_asked=True, silence=EntrySilence.REFUSAL, reply_url="https://bellerive.example/pro/2026-01847",
        dispute_summary="Une horloge ancienne, confiée le 4 septembre 2026, est arrivée avec un angle écrasé.",
        claim_summary="300 euros au titre de la garantie et 24,90 euros de frais d’envoi.",
        paid_per_case=True, fee_amount=Decimal(280),
    )  # fmt: skip
    for silence, sender in (
        (EntrySilence.REFUSAL, BODY),
        (EntrySilence.ACCEPTANCE, ENERGY),
        (EntrySilence.REMIND, ONE_PERSON),
    ):
        book.add(
            "notification_consumer",
            "consumer",
            replace(consumer, silence=silence),
            SILENCE[silence],
            sender,
        )
        book.add("notification_trader", "trader", replace(trader, silence=silence), SILENCE[silence], sender)
    charter: Facts = {"entry_asked": False, "entry_due_on": None, "silence": None}
    book.add("notification_consumer", "consumer", replace(consumer, **charter), "principe accepté d’avance", IN_HOUSE)
    in_house = replace(trader, **charter, charter_ref="article 4 de la charte", paid_per_case=False, fee_amount=None)
    book.add("notification_trader", "trader", in_house, "principe accepté d’avance", IN_HOUSE)
    shorter = replace(consumer, mediation_due_on=date(2027, 1, 22))
    book.add(
        "notification_consumer",
        "consumer",
        shorter,
        "organisme plus rapide, sur papier",
        channel="post",
        text_size="large",
    )
    first = kinds.TraderReminder(
        **NUMBER, **MOREL, **ENTRY, days_left=10, silence=EntrySilence.REFUSAL, reply_url="https://bellerive.example/pro/2026-01847",
        rank=kinds.ReminderRank.FIRST,
    )  # fmt: skip
    book.add("trader_reminder", "trader", first, "premier")
    book.add(
        "trader_reminder",
        "trader",
        replace(first, days_left=1, rank=kinds.ReminderRank.SECOND, silence=EntrySilence.ACCEPTANCE),
        "second",
        IN_HOUSE,
    )
    final = replace(
        first,
        rank=kinds.ReminderRank.FINAL,
        first_due_on=date(2026, 12, 14),
        entry_due_on=date(2026, 12, 29),
        days_left=14,
    )
    book.add("trader_reminder", "trader", final, "seconde date")
    book.both("entry_accepted", kinds.EntryAccepted(
        **NUMBER, **HORIZON, **MOREL, **DUE, entry_accepted_on=date(2026, 12, 3), observations_due_on=date(2026, 12, 24)
    ))  # fmt: skip
    refused: Facts = {
        "refused_on": date(2026, 12, 3),
        "ended_on": date(2026, 12, 3),
        "limitation_restart_on": date(2026, 12, 3),
    }
    book.add("trader_refusal_consumer", "consumer", kinds.TraderRefusalConsumer(**NUMBER, **HORIZON, **refused))
    to_trader = kinds.TraderRefusalTrader(
        **NUMBER, **MOREL, **refused, reconsider_until_on=date(2026, 12, 18), waiver_fee=Decimal("48.90")
    )
    book.add("trader_refusal_trader", "trader", to_trader)
    book.add("trader_refusal_trader", "trader", replace(to_trader, waiver_fee=None), "sans frais", IN_HOUSE)
    silent = kinds.DeemedRefusalConsumer(
        **NUMBER, **HORIZON, **ENTRY, **ENDED_AT_ENTRY, reminders_on=(date(2026, 12, 4), date(2026, 12, 10))
    )
    book.add("deemed_refusal_consumer", "consumer", silent)
    book.add("deemed_refusal_consumer", "consumer", replace(silent, reminders_on=()), "sans rappel", IN_HOUSE)
    deemed = kinds.DeemedRefusalTrader(
        **NUMBER, **MOREL, **ENTRY, **ENDED_AT_ENTRY, reconsider_until_on=date(2026, 12, 30)
    )
    book.add("deemed_refusal_trader", "trader", deemed)
    book.add("deemed_refusal_trader", "trader", deemed, "charte", IN_HOUSE)
    going_on = kinds.DeemedAcceptance(
        **NUMBER, **HORIZON, **MOREL, **DUE, entry_due_on=date(2026, 12, 14), observations_due_on=date(2027, 1, 4)
    )  # fmt: skip
    book.both("deemed_acceptance", going_on)
    book.both("deemed_acceptance", going_on, "charte", IN_HOUSE)


def _course(book: _Book) -> None:
    sent = kinds.DocumentsTransmitted(
        **NUMBER, reason=kinds.TransmissionReason.RULE, sender_role="le professionnel", observations_due_on=date(2027, 1, 8),
        documents=(
            kinds.ListedDocument(number=1, title="Réponse du service clients", dated_on=date(2026, 10, 1)),
            kinds.ListedDocument(number=2, title="Photographies prises à la livraison"),
        ),
    )  # fmt: skip
    book.add("documents_transmitted", "consumer", sent)
    book.add(
        "documents_transmitted",
        "consumer",
        replace(sent, reason=kinds.TransmissionReason.ON_YOUR_REQUEST),
        "à sa demande",
    )
    asked = replace(sent, reason=kinds.TransmissionReason.ON_THEIR_REQUEST, sender_role="le consommateur")
    book.add("documents_transmitted", "trader", asked)
    questions = (
        "Comment l’horloge était-elle emballée ?",
        "Avez-vous gardé l’emballage ?",
        "Qui a ouvert le colis, et à quelle heure ?",
    )
    observations = kinds.ObservationsRequest(**NUMBER, questions=questions, observations_due_on=date(2027, 1, 8))
    book.both("observations_request", observations)
    book.both("observations_request", observations, "énergie", ENERGY)
    book.both("extension", kinds.Extension(
        **NUMBER, new_due_on=date(2027, 4, 22), previous_due_on=date(2027, 2, 21), next_step="L’expert remet son avis", next_step_on=date(2027, 3, 15),
        extension_reason="Les deux parties ont demandé l’avis d’un expert sur l’emballage, et cet avis n’est pas encore rendu.",
    ))  # fmt: skip
    conflict = kinds.ConflictDeclared(
        **NUMBER, circumstance="Un membre de ma famille travaille depuis le 1er décembre 2026 dans l’entreprise mise en cause.",
        mediator_view="Je pense pouvoir rester impartiale : cette personne n’a aucun rôle dans ce litige.",
        objection_due_on=date(2027, 1, 11), after_notification=True,
    )  # fmt: skip
    book.both("conflict_declared", conflict)
    book.both("conflict_declared", conflict, "médiateur seul", ONE_PERSON)
    book.add(
        "conflict_declared",
        "consumer",
        replace(conflict, after_notification=False),
        "avant la notification, médiateur seul",
        ONE_PERSON,
    )
    new = kinds.MediatorReplaced(
        **NUMBER, **DUE, former_mediator="Paul Ferrer", former_mediator_gender="m", new_mediator="Hélène Castaing", new_mediator_gender="f",
        replaced_on=date(2027, 1, 12), after_notification=True, conflict_declared_on=date(2027, 1, 4),
        new_mediator_bio_url="https://bellerive.example/equipe/castaing",
    )  # fmt: skip
    book.both("mediator_replaced", new)
    before = replace(
        new, after_notification=False, mediation_due_on=None, conflict_declared_on=None, former_mediator="Anne Vidal", former_mediator_gender="f",
        new_mediator_bio_url="",
    )  # fmt: skip
    book.add("mediator_replaced", "consumer", before, "avant la notification, fin de mandat")
    ended = kinds.MissionEndedConflict(
        **NUMBER, **HORIZON, **ENDED, conflict_declared_on=date(2027, 1, 4), entered=True, proposed=True
    )
    book.both("mission_ended_conflict", ended, "après l’entrée", ONE_PERSON)
    book.both("mission_ended_conflict", replace(ended, entered=False, proposed=False), "avant l’entrée", ONE_PERSON)
    short = replace(ended, early=True, entered=False, proposed=False, ended_on=None, limitation_restart_on=None)
    book.add("mission_ended_conflict", "consumer", short, "avant la notification", ONE_PERSON)


def _proposal(book: _Book) -> None:
    book.both("direct_agreement", kinds.DirectAgreement(
        **NUMBER, agreed_on=date(2027, 1, 15), agreement_items=ITEMS, correction_due_on=date(2027, 1, 29), ended_on=date(2027, 1, 15)
    ))  # fmt: skip
    proposal = kinds.Proposal(**PROPOSAL)
    last_chance = replace(proposal, silence=AnswerSilence.REMIND, reasons_equity="", conditional_is_refusal=True)
    to_trader = replace(proposal, **FORM_TRADER, answer_url="https://bellerive.example/pro/2026-01847")
    for code in ("proposal_consumer", "proposal_answer_form"):
        book.add(code, "consumer", proposal)
        book.add(
            code, "consumer", last_chance, "relance, droit seul", channel="post", text_size="comfortable", gender=""
        )
    for code in ("proposal_trader", "proposal_answer_form"):
        book.add(code, "trader", to_trader)
        book.add(code, "trader", replace(to_trader, silence=AnswerSilence.REMIND), "relance", IN_HOUSE)
    again = kinds.AnswerReminder(
        **NUMBER, proposal_on=PROPOSED, first_due_on=date(2027, 2, 8), answer_due_on=date(2027, 2, 23), answer_url="https://bellerive.example/s/7KQ2-M4XD"
    )  # fmt: skip
    book.both("answer_reminder", again)
    agreed = kinds.ResultAccepted(
        **NUMBER, accepted_on=date(2027, 2, 9), agreement_items=ITEMS, execution_check_on=date(2027, 2, 25), ended_on=date(2027, 2, 9),
        execution_contact="service médiation de Colis Horizon, mediation@colishorizon.example",
    )  # fmt: skip
    book.both("result_accepted", agreed)
    book.add("result_accepted", "consumer", replace(agreed, execution_contact=""), "sans contact")
    book.both("result_refused", kinds.ResultRefused(**NUMBER, **ENDED))
    silent = kinds.ResultSilence(
        **NUMBER, **ENDED, answer_due_on=date(2027, 2, 8), was_silent=True, reconsider_until_on=date(2027, 2, 24)
    )
    book.both("result_silence", silent, "partie silencieuse")
    book.both("result_silence", replace(silent, was_silent=False, reconsider_until_on=None), "partie qui a répondu")
    check = kinds.ExecutionReminder(
        **NUMBER, **HORIZON, agreed_on=date(2027, 2, 9), reply_due_on=date(2027, 3, 12), execution_declared_url="https://bellerive.example/s/7KQ2-M4XD",
        open_items=tuple(kinds.OpenItem(what=f"{item.who} {item.what}", due_on=item.due_on) for item in ITEMS),
    )  # fmt: skip
    book.both("execution_reminder", check)


def _ends(book: _Book) -> None:
    left = kinds.WithdrawalByConsumer(
        **NUMBER, **HORIZON, **MOREL, withdrawn_on=date(2026, 12, 15), **ENDED_AT_ENTRY, undo_until_on=date(2026, 12, 30), entered=False
    )  # fmt: skip
    book.both("withdrawal_by_consumer", left, "avant l’entrée")
    book.both("withdrawal_by_consumer", replace(left, entered=True), "après l’entrée")
    gone = kinds.WithdrawalByTrader(
        **NUMBER, **HORIZON, **MOREL, withdrawn_on=date(2026, 12, 15), **ENDED_AT_ENTRY, entered=False, proposed=False
    )  # fmt: skip
    book.both("withdrawal_by_trader", gone, "avant l’entrée")
    book.both("withdrawal_by_trader", replace(gone, entered=True, proposed=True), "après la proposition")
    court = kinds.SeizedElsewhere(
        **NUMBER, **ENDED, learnt_on=date(2027, 2, 9), learnt_from="le professionnel", other_forum_name="le tribunal judiciaire de Belle-Rive",
        other_forum_reference="RG 27/00071", remarks_due_on=date(2027, 2, 24),
    )  # fmt: skip
    book.both("court_seized", court)
    book.both(
        "other_mediator_seized", replace(court, other_forum_name="la médiation Grand-Large", other_forum_reference="")
    )
    done = kinds.Closing(
        **NUMBER, closed_on=date(2027, 3, 1), outcome=kinds.ClosingOutcome.AGREEMENT_EXECUTED, archive_until_on=date(2028, 3, 1),
        destruction_on=date(2032, 3, 1), service_complaint_address="Médiation Belle-Rive, direction, 14, quai des Tilleuls, 44999 Belle-Rive Cedex",
    )  # fmt: skip
    for outcome in kinds.ClosingOutcome:
        book.both("closing", replace(done, outcome=outcome), OUTCOMES[outcome])
    certificate = kinds.EndCertificate(
        case_number=NUMBER["case_number"], filed_on=FILED, notified_on=NOTIFIED, ended_on=date(2027, 2, 9), issued_on=date(2027, 2, 9),
        consumer_full_name="Madame Claire Morel", trader_full_name="Colis Horizon SAS", outcome=kinds.CertificateOutcome.NO_AGREEMENT,
        verification_code="7KQ2-M9XA-4TRB", verification_url="https://bellerive.example/verifier",
    )  # fmt: skip
    for issue in kinds.CertificateOutcome:
        book.both("end_certificate", replace(certificate, outcome=issue), ISSUES[issue])
    resumed = kinds.Resumed(
        **NUMBER, **DUE, resumed_on=date(2026, 12, 21), ended_on=date(2026, 12, 15), limitation_restart_on=date(2026, 12, 15),
        reason=ResumeReason.BOTH_CONSENT, stage=kinds.ResumedStage.IN_MEDIATION,
    )  # fmt: skip
    book.both("resumed", resumed, "en médiation")
    waiting = replace(
        resumed, stage=kinds.ResumedStage.AWAITING_ENTRY, reason=ResumeReason.WITHDRAWAL_BY_MISTAKE, entry_due_on=date(2027, 1, 4),
        answer_url="https://bellerive.example/pro/2026-01847",
    )  # fmt: skip
    book.both("resumed", waiting, "réponse du professionnel attendue")
    answers = replace(
        resumed, stage=kinds.ResumedStage.PROPOSAL_NOTIFIED, reason=ResumeReason.SEIZURE_UNTRUE, mediation_due_on=None,
        answer_due_on=date(2027, 3, 15), answer_url="https://bellerive.example/s/7KQ2-M4XD", limitation_restart_on=PROPOSED,
    )  # fmt: skip
    book.both("resumed", answers, "à la proposition")
