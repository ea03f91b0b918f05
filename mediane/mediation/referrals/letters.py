"""The letters this room can send, in the order of the procedure: to whom, on which occasion, with which facts.

Words stand in `letter_texts/` (statements with their articles in `statements.toml`), the machine in `ground.correspondence`. A field without a
default may not be empty: a refusal without its reason is itself refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from mediane.ground.correspondence.frames import SECRET, LetterContext, Party
from mediane.ground.correspondence.kinds import LetterKind, register
from mediane.kernel.refusals import Refusal
from mediane.mediation.referrals.enums import AnswerSilence, EntrySilence, ResumeReason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mediane.ground.correspondence.frames import Sample

TEXTS = Path(__file__).parent / "letter_texts"


# ---- before the decision --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class ReferralReceipt(LetterContext):
    """`evidence_on` is set on a re-examination, and then the three weeks run from it. `access_code` is empty when none is given anew."""

    filed_on: date
    trader_name: str
    admissibility_due_on: date
    attachments: tuple[str, ...] = ()
    access_code: str = field(default="", metadata=SECRET)
    evidence_on: date | None = None

    @property
    def rejection_days(self) -> int:
        return (self.admissibility_due_on - (self.evidence_on or self.filed_on)).days


@dataclass(frozen=True, kw_only=True)
class MissingItem:
    """A piece asked for: `why` it is strictly necessary, what it `must_show`. Phrases without a final stop."""

    name: str
    why: str
    must_show: str


@dataclass(frozen=True, kw_only=True)
class DocumentsRequest(LetterContext):
    filed_on: date
    missing_items: tuple[MissingItem, ...]
    documents_due_on: date
    admissibility_due_on: date
    paper_case: bool = False
    evidence_on: date | None = None

    @property
    def missing_count(self) -> int:
        return len(self.missing_items)

    @property
    def rejection_days(self) -> int:
        return (self.admissibility_due_on - (self.evidence_on or self.filed_on)).days


@dataclass(frozen=True, kw_only=True)
class RefusalNoPriorComplaint(LetterContext):
    """`premature_wait` in words (« deux mois »); `reason_detail` is one sentence or nothing."""

    trader_name: str
    trader_complaint_address: str
    premature_wait: str
    resubmit_url: str
    draft_kept_until_on: date
    reason_detail: str = ""


@dataclass(frozen=True, kw_only=True)
class RefusalUnfoundedOrAbusive(LetterContext):
    """`mediator_reason` is the mediator's own, in plain words; an empty one is refused."""

    trader_name: str
    mediator_reason: str
    remarks_due_on: date


@dataclass(frozen=True, kw_only=True)
class RefusalOtherForum(LetterContext):
    """`other_forum_name` with its article (« le tribunal judiciaire de Lyon »); `sector_exception` a whole sentence."""

    trader_name: str
    other_forum_name: str
    already_examined: bool = False
    other_forum_reference: str = ""
    sector_exception: str = ""


@dataclass(frozen=True, kw_only=True)
class RefusalOverOneYear(LetterContext):
    trader_name: str
    complaint_on: date
    filed_on: date


@dataclass(frozen=True, kw_only=True)
class RefusalOutOfScope(LetterContext):
    """`scope_reason` is one of the body's listed exclusions, as a sentence."""

    trader_name: str
    scope_reason: str
    competent_body_name: str = ""
    competent_body_address: str = ""
    competent_body_url: str = ""


@dataclass(frozen=True, kw_only=True)
class Premature(LetterContext):
    """`premature_wait` in words (« deux mois »), `premature_source` where it comes from (« la charte de la médiation »), never L. 612-2."""

    trader_name: str
    complaint_on: date
    resubmit_from_on: date
    wait_ends_on: date
    premature_wait: str
    premature_source: str
    resubmit_url: str
    referral_deadline_on: date


@dataclass(frozen=True, kw_only=True)
class PrematureReminder(LetterContext):
    trader_name: str
    resubmit_url: str
    referral_deadline_on: date


@dataclass(frozen=True, kw_only=True)
class RedirectedLevel(LetterContext):
    """`transferred_on` only with the consumer's recorded agreement."""

    trader_name: str
    level_name: str
    level_basis: str
    level_address: str
    referral_deadline_on: date
    transfer_consent_url: str = ""
    transferred_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class RedirectedMediator(LetterContext):
    """`competent_reason` is a sentence; `transferred_on` only with the consumer's recorded agreement or by a sector's rule."""

    trader_name: str
    competent_body_name: str
    competent_body_address: str = ""
    competent_body_url: str = ""
    competent_reason: str = ""
    transfer_consent_url: str = ""
    transferred_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class WithdrawalBeforeNotification(LetterContext):
    withdrawn_on: date


# ---- notification and the trader's entry ----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Notification(LetterContext):
    """What both notifications say alike. With `entry_asked`, a date and the effect of silence are needed."""

    notified_on: date
    mediation_due_on: date
    entry_asked: bool
    entry_due_on: date | None = None
    silence: EntrySilence | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.entry_asked and self.entry_due_on is None:
            raise Refusal("missing:entry_due_on")
        if self.entry_asked and self.silence is None:
            raise Refusal("missing:silence")

    @property
    def mediation_days(self) -> int:
        return (self.mediation_due_on - self.notified_on).days


@dataclass(frozen=True, kw_only=True)
class NotificationConsumer(Notification):
    trader_name: str


@dataclass(frozen=True, kw_only=True)
class NotificationTrader(Notification):
    """`charter_ref` names the clause that accepted the principle in advance; `fee_amount` only of a body that is `paid_per_case`."""

    consumer_display_name: str
    dispute_summary: str
    claim_summary: str
    reply_url: str
    charter_ref: str = ""
    paid_per_case: bool = False
    fee_amount: Decimal | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.entry_asked and not self.charter_ref:
            raise Refusal("missing:charter_ref")


class ReminderRank(StrEnum):
    """First and second of the announced date; `final` opens a second date, after which silence is a refusal."""

    FIRST = "first"
    SECOND = "second"
    FINAL = "final"


@dataclass(frozen=True, kw_only=True)
class TraderReminder(LetterContext):
    """`first_due_on`, the date that passed, is needed for the final one."""

    consumer_display_name: str
    notified_on: date
    entry_due_on: date
    days_left: int
    silence: EntrySilence
    reply_url: str
    rank: ReminderRank
    first_due_on: date | None = None

    @property
    def several_days_left(self) -> bool:
        return self.days_left > 1


@dataclass(frozen=True, kw_only=True)
class EntryAccepted(LetterContext):
    trader_name: str
    consumer_display_name: str
    entry_accepted_on: date
    observations_due_on: date
    mediation_due_on: date


@dataclass(frozen=True, kw_only=True)
class TraderRefusalConsumer(LetterContext):
    trader_name: str
    refused_on: date
    ended_on: date
    limitation_restart_on: date


@dataclass(frozen=True, kw_only=True)
class TraderRefusalTrader(LetterContext):
    consumer_display_name: str
    refused_on: date
    ended_on: date
    limitation_restart_on: date
    reconsider_until_on: date
    waiver_fee: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class DeemedRefusalConsumer(LetterContext):
    trader_name: str
    notified_on: date
    entry_due_on: date
    ended_on: date
    limitation_restart_on: date
    reminders_on: tuple[date, ...] = ()

    @property
    def first_reminder_on(self) -> date | None:
        return self.reminders_on[0] if self.reminders_on else None

    @property
    def later_reminders_on(self) -> tuple[date, ...]:
        return self.reminders_on[1:]


@dataclass(frozen=True, kw_only=True)
class DeemedRefusalTrader(LetterContext):
    consumer_display_name: str
    notified_on: date
    entry_due_on: date
    ended_on: date
    limitation_restart_on: date
    reconsider_until_on: date
    silence: EntrySilence = EntrySilence.REFUSAL


@dataclass(frozen=True, kw_only=True)
class DeemedAcceptance(LetterContext):
    trader_name: str
    consumer_display_name: str
    entry_due_on: date
    observations_due_on: date
    mediation_due_on: date
    silence: EntrySilence = EntrySilence.ACCEPTANCE


# ---- the course of the mediation ------------------------------------------------------------------------------------------------


class TransmissionReason(StrEnum):
    ON_YOUR_REQUEST = "on_your_request"
    ON_THEIR_REQUEST = "on_their_request"
    RULE = "rule"


@dataclass(frozen=True, kw_only=True)
class ListedDocument:
    """`number` as the other party knows it; `title` without personal detail that the addressee may not read."""

    number: int
    title: str
    dated_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class DocumentsTransmitted(LetterContext):
    """`sender_role` in words with its article: « le professionnel », « le consommateur », « l’expert »."""

    reason: TransmissionReason
    sender_role: str
    documents: tuple[ListedDocument, ...]
    observations_due_on: date


@dataclass(frozen=True, kw_only=True)
class ObservationsRequest(LetterContext):
    """One to five questions, each a sentence; none may show what the other party said in confidence."""

    questions: tuple[str, ...]
    observations_due_on: date

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.questions) > MOST_QUESTIONS:
            raise Refusal("too_many_questions", questions=len(self.questions))


MOST_QUESTIONS = 5


@dataclass(frozen=True, kw_only=True)
class Extension(LetterContext):
    """`extension_reason` is a sentence on the dispute (never staff or holidays); `next_step` a phrase without a final stop."""

    new_due_on: date
    previous_due_on: date
    extension_reason: str
    next_step: str
    next_step_on: date


@dataclass(frozen=True, kw_only=True)
class ConflictDeclared(LetterContext):
    circumstance: str
    mediator_view: str
    objection_due_on: date
    after_notification: bool


@dataclass(frozen=True, kw_only=True)
class MediatorReplaced(LetterContext):
    """Signed by the new mediator, who is also the sender's `mediator_name`. After notification the date of the end is needed."""

    former_mediator: str
    new_mediator: str
    replaced_on: date
    after_notification: bool
    mediation_due_on: date | None = None
    former_mediator_gender: str = ""
    new_mediator_gender: str = ""
    new_mediator_bio_url: str = ""
    conflict_declared_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class MissionEndedConflict(LetterContext):
    """`early`: before notification, to the requester only, without end of mediation, limitation or certificate."""

    conflict_declared_on: date
    trader_name: str
    early: bool = False
    ended_on: date | None = None
    limitation_restart_on: date | None = None
    entered: bool = False
    proposed: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.early and (self.ended_on is None or self.limitation_restart_on is None):
            raise Refusal("missing:ended_on")


# ---- agreement, proposal, result ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Commitment:
    """Who does what, by when. Phrases without a final stop."""

    who: str
    what: str
    due_on: date


@dataclass(frozen=True, kw_only=True)
class DirectAgreement(LetterContext):
    agreed_on: date
    agreement_items: tuple[Commitment, ...]
    correction_due_on: date
    ended_on: date


@dataclass(frozen=True, kw_only=True)
class ProposalItem:
    """`execution_delay` in words after « au plus tard » (« 15 jours après l’accord »). Phrases without a final stop."""

    who: str
    what: str
    execution_delay: str = ""


@dataclass(frozen=True, kw_only=True)
class Proposal(LetterContext):
    """Facts, positions, reasons and solution are one text, word for word the same in both letters; the form is enclosed."""

    trader_name: str
    consumer_display_name: str
    proposal_items: tuple[ProposalItem, ...]
    facts_agreed: str
    positions: str
    reasons_law: str
    answer_url: str
    answer_due_on: date
    proposal_on: date
    silence: AnswerSilence
    party_name: str
    reasons_equity: str = ""
    party_capacity: str = ""
    conditional_is_refusal: bool = False


@dataclass(frozen=True, kw_only=True)
class ResultAccepted(LetterContext):
    accepted_on: date
    agreement_items: tuple[Commitment, ...]
    execution_check_on: date
    ended_on: date
    execution_contact: str = ""


@dataclass(frozen=True, kw_only=True)
class ResultRefused(LetterContext):
    ended_on: date
    limitation_restart_on: date


@dataclass(frozen=True, kw_only=True)
class ResultSilence(LetterContext):
    """`was_silent` is this addressee's own silence; the reconsideration date is then needed."""

    answer_due_on: date
    ended_on: date
    limitation_restart_on: date
    was_silent: bool
    reconsider_until_on: date | None = None
    silence: AnswerSilence = AnswerSilence.REFUSAL


@dataclass(frozen=True, kw_only=True)
class AnswerReminder(LetterContext):
    """To the silent party only: a second date, after which silence is a refusal."""

    proposal_on: date
    first_due_on: date
    answer_due_on: date
    answer_url: str
    silence: AnswerSilence = AnswerSilence.REFUSAL


@dataclass(frozen=True, kw_only=True)
class OpenItem:
    what: str
    due_on: date


@dataclass(frozen=True, kw_only=True)
class ExecutionReminder(LetterContext):
    agreed_on: date
    trader_name: str
    open_items: tuple[OpenItem, ...]
    reply_due_on: date
    execution_declared_url: str

    @property
    def due_on(self) -> date:
        return max(item.due_on for item in self.open_items)


# ---- ends -----------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class WithdrawalByConsumer(LetterContext):
    withdrawn_on: date
    ended_on: date
    limitation_restart_on: date
    undo_until_on: date
    entered: bool
    trader_name: str
    consumer_display_name: str


@dataclass(frozen=True, kw_only=True)
class WithdrawalByTrader(LetterContext):
    withdrawn_on: date
    ended_on: date
    limitation_restart_on: date
    entered: bool
    proposed: bool
    trader_name: str
    consumer_display_name: str


@dataclass(frozen=True, kw_only=True)
class SeizedElsewhere(LetterContext):
    """`other_forum_name` with its article (« le tribunal judiciaire de Lyon »); `learnt_from` too (« le consommateur »)."""

    learnt_on: date
    learnt_from: str
    other_forum_name: str
    remarks_due_on: date
    ended_on: date
    limitation_restart_on: date
    other_forum_reference: str = ""


class ClosingOutcome(StrEnum):
    AGREEMENT_EXECUTED = "agreement_executed"
    AGREEMENT_UNKNOWN = "agreement_unknown"
    AGREEMENT_NOT_EXECUTED = "agreement_not_executed"
    NO_AGREEMENT = "no_agreement"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, kw_only=True)
class Closing(LetterContext):
    closed_on: date
    outcome: ClosingOutcome
    archive_until_on: date
    destruction_on: date
    service_complaint_address: str


class CertificateOutcome(StrEnum):
    """The closed list: none of them names a party or says who refused."""

    AGREEMENT = "agreement"
    NO_AGREEMENT = "no_agreement"
    NOT_ENTERED = "not_entered"
    WITHDRAWAL = "withdrawal"
    MISSION_ENDED = "mission_ended"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, kw_only=True)
class EndCertificate(LetterContext):
    """Dates, parties and a class of outcome; by its type it can hold nothing else. `follow_up_url` stays empty: a court reads this page."""

    filed_on: date
    notified_on: date
    ended_on: date
    issued_on: date
    consumer_full_name: str
    trader_full_name: str
    outcome: CertificateOutcome
    verification_code: str
    verification_url: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.follow_up_url:
            raise Refusal("certificate_holds_private_link")


class ResumedStage(StrEnum):
    AWAITING_ENTRY = "awaiting_entry"
    IN_MEDIATION = "in_mediation"
    PROPOSAL_NOTIFIED = "proposal_notified"


@dataclass(frozen=True, kw_only=True)
class Resumed(LetterContext):
    """`mediation_due_on` unless at the proposal, `entry_due_on` where the entry is awaited, `answer_due_on` and `answer_url` at the proposal."""

    resumed_on: date
    ended_on: date
    reason: ResumeReason
    stage: ResumedStage
    limitation_restart_on: date
    mediation_due_on: date | None = None
    entry_due_on: date | None = None
    answer_due_on: date | None = None
    answer_url: str = ""
    silence: AnswerSilence = AnswerSilence.REFUSAL

    def __post_init__(self) -> None:
        super().__post_init__()
        needed = {
            ResumedStage.AWAITING_ENTRY: ("mediation_due_on", "entry_due_on"),
            ResumedStage.IN_MEDIATION: ("mediation_due_on",),
            ResumedStage.PROPOSAL_NOTIFIED: ("answer_due_on", "answer_url"),
        }
        for name in needed[self.stage]:
            if not getattr(self, name):
                raise Refusal(f"missing:{name}")


# ---- the registry ---------------------------------------------------------------------------------------------------------------


def _samples(code: str) -> Sequence[Sample]:
    from mediane.mediation.referrals.letter_samples import samples_of

    return samples_of(code)


def _kind(
    code: str, label: Any, audiences: str, context: type[LetterContext], moves: str, when: str, **more: Any
) -> LetterKind:
    parties: dict[str, tuple[Party, ...]] = {
        "consumer": ("consumer",),
        "trader": ("trader",),
        "both": ("consumer", "trader"),
    }
    return LetterKind(
        code=code, label=label, audiences=parties[audiences], context=context, when=when, moves=tuple(moves.split()), folder=TEXTS, samples=_samples, **more
    )  # fmt: skip


KINDS = (
    _kind("referral_receipt", _("Accusé de réception de la demande"), "consumer", ReferralReceipt, "submit resubmit re_examine", dated=True,
          when="À la réception de la demande ; pour un courrier, le jour ouvré de son arrivée. Aussi quand de nouveaux éléments rouvrent l’examen."),
    _kind("documents_request", _("Demande de pièces"), "consumer", DocumentsRequest, "ask_documents", dated=True,
          when="Quand une pièce indispensable à l’examen de la recevabilité manque."),
    _kind("refusal_no_prior_complaint", _("Refus : pas de réclamation écrite préalable"), "consumer", RefusalNoPriorComplaint, "refuse", dated=True,
          encloses=("complaint_model",), when="Refus pour le motif de l’article L. 612-2, 1°, dans les trois semaines de la réception du dossier."),
    _kind("complaint_model", _("Modèle de réclamation écrite (joint au refus)"), "consumer", RefusalNoPriorComplaint, "refuse", layout="form",
          when="Joint au refus pour défaut de réclamation écrite ; ne part jamais seul."),
    _kind("refusal_unfounded_or_abusive", _("Refus : demande manifestement infondée ou abusive"), "consumer", RefusalUnfoundedOrAbusive, "refuse",
          dated=True, when="Refus pour le motif de l’article L. 612-2, 2°, dans les trois semaines de la réception du dossier."),
    _kind("refusal_other_forum", _("Refus : tribunal ou autre médiateur"), "consumer", RefusalOtherForum, "refuse", dated=True,
          when="Refus pour le motif de l’article L. 612-2, 3°, dans les trois semaines de la réception du dossier."),
    _kind("refusal_over_one_year", _("Refus : plus d’un an"), "consumer", RefusalOverOneYear, "refuse", dated=True,
          when="Refus pour le motif de l’article L. 612-2, 4°, dans les trois semaines de la réception du dossier."),
    _kind("refusal_out_of_scope", _("Refus : hors du champ de compétence"), "consumer", RefusalOutOfScope, "refuse", dated=True,
          when="Refus pour le motif de l’article L. 612-2, 5°, dans les trois semaines de la réception du dossier."),
    _kind("premature", _("Demande prématurée"), "consumer", Premature, "postpone", dated=True,
          when="Quand le professionnel a encore du temps pour répondre à la réclamation. Ce n’est pas un refus et aucun des cinq motifs."),
    _kind("premature_reminder", _("Rappel : la demande peut être confirmée"), "consumer", PrematureReminder, "remind_premature", dated=True,
          when="Le premier jour où la demande peut être confirmée, si elle ne l’a pas été."),
    _kind("redirected_level", _("Réorientation vers un autre service du professionnel"), "consumer", RedirectedLevel, "redirect", dated=True,
          when="Quand le contrat prévoit une étape de réclamation écrite qui n’a pas été faite (L. 612-2, 1°)."),
    _kind("redirected_mediator", _("Réorientation vers un autre médiateur"), "consumer", RedirectedMediator, "redirect", dated=True,
          when="Quand un autre médiateur est compétent (L. 612-2, 5°)."),
    _kind("withdrawal_before_notification", _("Retrait avant la notification"), "consumer", WithdrawalBeforeNotification, "withdraw_early",
          when="Quand le demandeur retire sa demande avant la notification : rien n’avait été suspendu, le professionnel n’en sait rien."),
    _kind("notification_consumer", _("Notification au consommateur"), "consumer", NotificationConsumer, "notify", dated=True,
          when="Dès que la demande est recevable ; le même jour, à la même date, que la lettre au professionnel."),
    _kind("notification_trader", _("Notification au professionnel"), "trader", NotificationTrader, "notify", dated=True,
          when="Le même jour, à la même date, que la lettre au consommateur. Premier courrier au professionnel."),
    _kind("trader_reminder", _("Rappel au professionnel"), "trader", TraderReminder, "remind_entry entry_expires", dated=True,
          when="À la moitié et aux quatre cinquièmes du délai d’entrée ; puis, si la convention le prévoit, une dernière fois avec une seconde date."),
    _kind("entry_accepted", _("Entrée en médiation acceptée"), "both", EntryAccepted, "accept_entry", dated=True,
          when="Quand le professionnel accepte le principe de la médiation."),
    _kind("trader_refusal_consumer", _("Refus du professionnel : au consommateur"), "consumer", TraderRefusalConsumer, "refuse_entry", dated=True,
          when="Quand le professionnel refuse par écrit d’entrer en médiation ; avec l’attestation."),
    _kind("trader_refusal_trader", _("Refus du professionnel : au professionnel"), "trader", TraderRefusalTrader, "refuse_entry", dated=True,
          when="Le même jour que la lettre au consommateur ; avec l’attestation."),
    _kind("deemed_refusal_consumer", _("Silence valant refus : au consommateur"), "consumer", DeemedRefusalConsumer, "entry_expires", dated=True,
          when="Le lendemain de la date, si la convention dit que le silence vaut refus ; avec l’attestation."),
    _kind("deemed_refusal_trader", _("Silence valant refus : au professionnel"), "trader", DeemedRefusalTrader, "entry_expires", dated=True,
          when="Le même jour que la lettre au consommateur ; avec l’attestation."),
    _kind("deemed_acceptance", _("Silence valant acceptation du principe"), "both", DeemedAcceptance, "entry_expires", dated=True,
          when="Le lendemain de la date, si la convention dit que le silence vaut acceptation du principe."),
    _kind("documents_transmitted", _("Transmission de pièces"), "both", DocumentsTransmitted, "exchange", dated=True,
          when="Quand des pièces d’une partie sont communiquées à l’autre."),
    _kind("observations_request", _("Demande d’observations"), "both", ObservationsRequest, "exchange", dated=True,
          when="Quand le médiateur pose des questions à une partie ; chacune a sa lettre."),
    _kind("extension", _("Prolongation de la médiation"), "both", Extension, "extend", dated=True,
          when="Aussitôt que le médiateur prolonge, aux deux parties le même jour."),
    _kind("conflict_declared", _("Information sur l’impartialité du médiateur"), "both", ConflictDeclared, "declare_conflict", dated=True,
          when="Sans délai quand la circonstance est connue ; avant la notification, au demandeur seul."),
    _kind("mediator_replaced", _("Remplacement du médiateur"), "both", MediatorReplaced, "replace_mediator",
          when="Quand un organisme remplace le médiateur ; avant la notification, au demandeur seul."),
    _kind("mission_ended_conflict", _("Fin de mission du médiateur"), "both", MissionEndedConflict, "end_mission end_mission_early", dated=True,
          when="Quand le médiateur, personne physique, ne peut poursuivre après une opposition ; rédaction courte au demandeur avant la notification."),
    _kind("direct_agreement", _("Accord direct des parties"), "both", DirectAgreement, "agree_directly", dated=True,
          when="Quand les parties s’accordent avant toute proposition ; avec l’attestation."),
    _kind("proposal_consumer", _("Proposition de solution : au consommateur"), "consumer", Proposal, "propose", dated=True,
          encloses=("proposal_answer_form",), when="Acte personnel du médiateur ; le même jour et le même texte que la lettre au professionnel."),
    _kind("proposal_trader", _("Proposition de solution : au professionnel"), "trader", Proposal, "propose", dated=True,
          encloses=("proposal_answer_form",), when="Le même jour, la même proposition, le même délai que la lettre au consommateur."),
    _kind("proposal_answer_form", _("Formulaire de réponse à la proposition"), "both", Proposal, "propose", layout="form",
          when="Joint à chaque proposition, dans le même PDF ; ne part jamais seul."),
    _kind("answer_reminder", _("Dernier rappel avant la fin du délai de réponse"), "both", AnswerReminder, "conclude", dated=True,
          when="À la partie qui n’a pas répondu, elle seule, si les règles de l’organisme prévoient une relance."),
    _kind("result_accepted", _("Résultat : solution acceptée"), "both", ResultAccepted, "conclude", dated=True,
          when="Quand les deux parties ont accepté ; avec l’attestation."),
    _kind("result_refused", _("Résultat : solution refusée"), "both", ResultRefused, "conclude", dated=True,
          when="Quand les deux réponses sont là, ou le lendemain de la date ; jamais au premier refus ; avec l’attestation."),
    _kind("result_silence", _("Résultat : une partie n’a pas répondu"), "both", ResultSilence, "conclude", dated=True,
          when="Le lendemain de la date de réponse, si une partie n’a pas répondu et qu’aucune n’a refusé ; avec l’attestation."),
    _kind("execution_reminder", _("Suivi de l’exécution de l’accord"), "both", ExecutionReminder, "report_execution", dated=True,
          when="À la date prévue, puis 15 et 30 jours après (paramètres) : le professionnel est relancé, le consommateur interrogé."),
    _kind("withdrawal_by_consumer", _("Retrait du consommateur"), "both", WithdrawalByConsumer, "withdraw", dated=True,
          when="Quand le consommateur se retire après la notification ; avec l’attestation."),
    _kind("withdrawal_by_trader", _("Retrait du professionnel"), "both", WithdrawalByTrader, "withdraw", dated=True,
          when="Quand le professionnel se retire ; avec l’attestation."),
    _kind("court_seized", _("Tribunal saisi : fin de la médiation"), "both", SeizedElsewhere, "seize_elsewhere", dated=True,
          when="Quand le médiateur apprend qu’un tribunal est saisi, après la notification ; avec l’attestation."),
    _kind("other_mediator_seized", _("Autre médiateur saisi : fin de la médiation"), "both", SeizedElsewhere, "seize_elsewhere", dated=True,
          when="Quand le médiateur apprend qu’un autre médiateur est saisi, après la notification ; avec l’attestation."),
    _kind("closing", _("Fermeture du dossier"), "both", Closing, "finish",
          when="Dernière lettre, quand aucune lettre de résultat ne l’a déjà dit (après l’exécution) ; avec une copie de l’attestation."),
    _kind("end_certificate", _("Attestation de fin de médiation"), "both", EndCertificate,
          "refuse_entry entry_expires end_mission agree_directly conclude withdraw seize_elsewhere finish", layout="certificate", content_free=True,
          when="Avec la lettre qui annonce la fin d’une médiation, à chaque partie ; jamais avec un refus de la demande. De nouveau sur demande."),
    _kind("resumed", _("Reprise de la médiation"), "both", Resumed, "resume", dated=True,
          when="Quand une médiation terminée reprend, dans le délai imprimé dans la lettre de fin."),
)  # fmt: skip

register(*KINDS)
