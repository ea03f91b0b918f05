"""From a referral to a letter: who signs, to whom, and the facts of each kind. One small function a kind, next to each other; no central context.

`queue` is what services call. The dates printed here come from the very clocks that run, so that letter, screen and journal say one date.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from django.conf import settings

from mediane.ground.access import services as access
from mediane.ground.accounts.actor import Actor
from mediane.ground.accounts.roles import Role
from mediane.ground.correspondence import services as correspondence
from mediane.ground.correspondence.frames import Addressee, LetterContext, Sender
from mediane.ground.correspondence.frames import Party as AudienceOfLetter
from mediane.ground.correspondence.models import Letter
from mediane.ground.deadlines import services as clocks
from mediane.ground.deadlines.models import Clock, ClockKind, Notice
from mediane.ground.documents.models import Document
from mediane.ground.rulesets.services import Rules
from mediane.kernel.periods import Period
from mediane.kernel.refusals import Refusal
from mediane.mediation.referrals import letters as L
from mediane.mediation.referrals.enums import AnswerSilence, EntrySilence, Execution, Outcome, Party, ResumeReason
from mediane.mediation.referrals.models import Agreement, Certificate, PartyContact, Referral
from mediane.mediation.schemes.models import Gender

PAIRED = frozenset({"notification", "trader_refusal", "deemed_refusal", "proposal"})
"""Kinds that have one letter for each party under two codes."""


@dataclass
class Facts:
    """What a builder may use. `extra` holds what only this move knows."""

    referral: Any  # a Referral: a day it lacks is refused by the letter itself (`missing:…`), not here
    to: Party
    at: datetime
    on: date
    running: dict[str, Clock]
    rules: Rules
    extra: dict[str, Any]
    contacts: dict[str, PartyContact]
    code: str = ""

    def rule_day(self, key: str, start: date | None = None) -> date:
        return clocks.day_after(start or self.on, self.rules.text(key))

    def due(self, kind: str) -> date:
        """The last day of a clock that runs. Raises Refusal when the letter speaks of one that does not."""
        clock = self.running.get(kind)
        if clock is None:
            raise Refusal(f"missing:{kind}_clock")
        return clock.due_on

    @property
    def trader_name(self) -> str:
        return self.referral.trader.name if self.referral.trader else self.referral.trader_given

    @property
    def consumer_display_name(self) -> str:
        """As the trader reads it: civility and name, or initials where discretion was asked."""
        contact = self.contacts[Party.CONSUMER]
        if contact.discreet:
            return ". ".join(part[:1] for part in (contact.first_name, contact.last_name) if part) + "."
        return f"{CIVILITY[contact.gender]} {contact.full_name}".strip()

    @property
    def limitation_restart_on(self) -> date:
        """The earlier of the proposal (CECMC B01) and the end (art. 2238): the prudent day."""
        return min(day for day in (self.referral.proposal_on, self.referral.ended_on or self.on) if day)

    @property
    def entered(self) -> bool:
        return self.referral.entered_on is not None

    @property
    def reply_url(self) -> str:
        return (
            f"{settings.MEDIANE_URL}/pro/dossiers/{self.referral.pk}/"
            if self.to is Party.TRADER
            else f"{settings.MEDIANE_URL}/suivi/"
        )


CIVILITY = {Gender.FEMININE: "Madame", Gender.MASCULINE: "Monsieur", Gender.UNKNOWN: "", "": ""}


# ---- frame ----------------------------------------------------------------------------------------------------------------------


def sender_of(referral: Referral, by: Actor) -> Sender:
    """The body and its mediator; a delegate signs « pour le médiateur, par délégation » what it decides itself."""
    body, mediator = referral.body, referral.mediator
    delegate = Role.DELEGATE in by.roles and Role.MEDIATOR not in by.roles
    name = mediator.person.full_name if mediator else body.organisation.name
    return Sender(
        body_name=body.organisation.name,
        body_short=body.organisation.label,
        postal_lines=tuple(body.address_lines) or (body.organisation.name,),
        city=body.city or "—",
        mediator_name=name,
        mediator_gender=mediator.gender if mediator else "",
        signatory_name=by.name if delegate else "",
        by_delegation=delegate,
        phone=body.phone,
        phone_hours=body.phone_hours,
        email=body.email,
        site=body.site,
        privacy_url=body.privacy_url or f"{settings.MEDIANE_URL}/b/{body.organisation.slug}/donnees/",
        dpo_contact=body.dpo_contact or body.email,
        contact_name=body.contact_name,
        contact_phone=body.phone,
        contact_email=body.email,
        is_person=body.is_person,
        in_house=body.kind == "in_house",
        energy=body.energy_profile,
    )


def addressee_of(contact: PartyContact, link: str) -> Addressee:
    person = contact.full_name if contact.last_name or contact.first_name else ""
    civility = CIVILITY[contact.gender]
    name = f"{civility} {person}".strip() if person and contact.party == Party.CONSUMER else (contact.company or person)
    postal: list[str] = []
    if contact.address.strip():
        town = f"{contact.postcode} {contact.city}".strip()
        service = person if contact.party == Party.TRADER and person and person != name else ""
        lines = [name, service, *contact.address.splitlines(), town]
        postal = [line.strip() for line in lines if line.strip()][:6]
    return Addressee(
        name=name,
        postal_lines=tuple(postal),
        email=contact.email,
        channel="post" if contact.on_paper or not contact.email else "email",
        civility=civility,
        last_name=contact.last_name if civility else "",
        gender=contact.gender,
        language=contact.language,
        text_size="large" if contact.large_print else "standard",
        link_url=link,
    )


def queue(
    referral: Referral,
    kind: str,
    to: Party,
    *,
    at: datetime,
    on: date,
    seq: int,
    by: Actor,
    running: dict[str, Clock],
    rules: Rules,
    **extra: Any,
) -> Letter:
    """Write one letter and queue it, in the caller's transaction. Raises Refusal `missing:statement` and the like: then the move does not happen."""
    code = f"{kind}_{to.value}" if kind in PAIRED else kind
    contacts = {contact.party: contact for contact in referral.contacts.all()}
    contact = contacts.get(to)
    if contact is None or (to is Party.TRADER and referral.notified_on is None):
        raise Refusal("not_notified", kind=code)  # before notification nothing ever reaches the trader
    facts = Facts(referral, to, at, on, running, rules, extra, contacts, code)
    if to is Party.CONSUMER:
        token = access.issue_link(referral.case_id, holder_name=referral.consumer_name, by=Actor.system(by.door), at=at)
        follow_up = access.link_url(token)
    else:
        follow_up = facts.reply_url
    values: dict[str, Any] = {"case_number": referral.number}
    if code != "end_certificate":
        values["follow_up_url"] = follow_up
    context: LetterContext = BUILDERS[code](facts, values)
    return correspondence.queue_letter(
        case=referral.case,
        organisation=referral.body.organisation,
        kind=code,
        audience=cast(AudienceOfLetter, to.value),
        addressee=addressee_of(contact, follow_up),
        context=context,
        at=at,
        cause_seq=seq,
        sender=sender_of(referral, by),
    )


# ---- one builder a kind ---------------------------------------------------------------------------------------------------------

Values = dict[str, Any]


def referral_receipt(f: Facts, v: Values) -> LetterContext:
    again = f.extra["re_examined"]
    titles = tuple(
        Document.objects.filter(case=f.referral.case_id, author_party=Party.CONSUMER, withdrawn_at__isnull=True)
        .order_by("number")
        .values_list("title", flat=True)
    )
    code = (
        ""
        if again
        else access.issue_code(f.referral.case_id, holder_name=f.referral.consumer_name, by=Actor.system(), at=f.at)
    )
    return L.ReferralReceipt(
        **v,
        filed_on=f.referral.received_on,
        trader_name=f.trader_name,
        admissibility_due_on=f.due(ClockKind.REJECTION),
        attachments=titles,
        access_code=code,
        evidence_on=f.extra.get("evidence_on"),
    )


def documents_request(f: Facts, v: Values) -> LetterContext:
    rejection = f.running[ClockKind.REJECTION]
    return L.DocumentsRequest(
        **v,
        filed_on=f.referral.received_on,
        missing_items=tuple(
            L.MissingItem(
                name=_phrase(piece.name),
                why=_phrase(piece.why),
                must_show=_phrase(piece.must_show) or "ce qu’il atteste",
            )
            for piece in f.extra["pieces"]
        ),
        documents_due_on=f.extra["documents_due_on"],
        admissibility_due_on=rejection.due_on,
        paper_case=f.contacts[Party.CONSUMER].on_paper,
        evidence_on=rejection.started_on if rejection.started_on != f.referral.received_on else None,
    )


def refusal_no_prior_complaint(f: Facts, v: Values) -> LetterContext:
    trader = f.referral.trader
    return L.RefusalNoPriorComplaint(
        **v,
        trader_name=f.trader_name,
        trader_complaint_address=(trader.complaint_address if trader else "")
        or f"{f.trader_name}, service des réclamations",
        premature_wait=in_words(f.rules["premature_wait"]),
        resubmit_url=f.reply_url,
        draft_kept_until_on=f.rule_day("documents_available"),
        reason_detail=_sentence(f.extra["reason"]),
    )


def refusal_unfounded_or_abusive(f: Facts, v: Values) -> LetterContext:
    return L.RefusalUnfoundedOrAbusive(
        **v,
        trader_name=f.trader_name,
        mediator_reason=_sentence(f.extra["reason"]),
        remarks_due_on=f.rule_day("remarks_period"),
    )


def refusal_other_forum(f: Facts, v: Values) -> LetterContext:
    return L.RefusalOtherForum(
        **v,
        trader_name=f.trader_name,
        other_forum_name=f.extra.get("other_forum_name") or f.extra["reason"].rstrip("."),
        already_examined=bool(f.extra.get("already_examined")),
        other_forum_reference=f.extra.get("other_forum_reference", ""),
    )


def refusal_over_one_year(f: Facts, v: Values) -> LetterContext:
    return L.RefusalOverOneYear(
        **v, trader_name=f.trader_name, complaint_on=f.referral.complaint_on, filed_on=f.referral.received_on
    )


def refusal_out_of_scope(f: Facts, v: Values) -> LetterContext:
    names = ("competent_body_name", "competent_body_address", "competent_body_url")
    return L.RefusalOutOfScope(
        **v,
        trader_name=f.trader_name,
        scope_reason=_sentence(f.extra["reason"]),
        **{name: f.extra.get(name, "") for name in names},
    )


def premature(f: Facts, v: Values) -> LetterContext:
    until = f.referral.premature_until
    return L.Premature(
        **v,
        trader_name=f.trader_name,
        complaint_on=f.referral.complaint_on,
        resubmit_from_on=until,
        wait_ends_on=until - timedelta(days=1),
        premature_wait=in_words(f.rules["premature_wait"]),
        premature_source="la charte de la médiation",
        resubmit_url=f.reply_url,
        referral_deadline_on=refer_before(f),
    )


def premature_reminder(f: Facts, v: Values) -> LetterContext:
    return L.PrematureReminder(
        **v, trader_name=f.trader_name, resubmit_url=f.reply_url, referral_deadline_on=refer_before(f)
    )


def redirected_level(f: Facts, v: Values) -> LetterContext:
    trader = f.referral.trader
    return L.RedirectedLevel(
        **v,
        trader_name=f.trader_name,
        level_name=trader.level2_name,
        level_basis=trader.level2_basis,
        level_address=trader.level2_address,
        referral_deadline_on=refer_before(f),
        transfer_consent_url=f.reply_url,
        transferred_on=f.on if f.extra.get("transferred") else None,
    )


def redirected_mediator(f: Facts, v: Values) -> LetterContext:
    to = f.extra["destination"]
    return L.RedirectedMediator(
        **v,
        trader_name=f.trader_name,
        competent_body_name=to.name,
        competent_body_address=to.address,
        competent_body_url=to.site,
        competent_reason=_sentence(f.extra.get("competent_reason", "")),
        transfer_consent_url=f.reply_url,
        transferred_on=f.on if f.extra.get("transferred") else None,
    )


def withdrawal_before_notification(f: Facts, v: Values) -> LetterContext:
    return L.WithdrawalBeforeNotification(**v, withdrawn_on=f.on)


def _notification(f: Facts) -> Values:
    asked = f.extra["entry_asked"]
    return {
        "notified_on": f.referral.notified_on,
        "mediation_due_on": f.due(ClockKind.MEDIATION),
        "entry_asked": asked,
        "entry_due_on": f.due(ClockKind.ENTRY) if asked else None,
        "silence": silence_of(f) if asked else None,
    }


def notification_consumer(f: Facts, v: Values) -> LetterContext:
    return L.NotificationConsumer(**v, **_notification(f), trader_name=f.trader_name)


def notification_trader(f: Facts, v: Values) -> LetterContext:
    charter, designation = f.referral.charter, f.referral.designation
    given = charter.principle_clause or (
        f"convention, {designation.version}" if designation else f"charte, version {charter.version}"
    )
    return L.NotificationTrader(
        **v,
        **_notification(f),
        consumer_display_name=f.consumer_display_name,
        dispute_summary=_sentence(f.referral.notified_dispute.dispute_summary),
        claim_summary=_sentence(f.referral.notified_dispute.claim_summary),
        reply_url=f.reply_url,
        charter_ref="" if f.extra["entry_asked"] else given,
        paid_per_case=f.referral.body.paid_per_case,
        fee_amount=designation.fee_amount if designation and f.referral.body.paid_per_case else None,
    )


def trader_reminder(f: Facts, v: Values) -> LetterContext:
    clock = f.running[ClockKind.ENTRY]
    if f.extra["second_date"]:
        rank = L.ReminderRank.FINAL
    else:
        rank = (
            L.ReminderRank.SECOND
            if Notice.objects.filter(clock=clock, step__startswith="remind:").count() > 1
            else L.ReminderRank.FIRST
        )
    return L.TraderReminder(
        **v,
        consumer_display_name=f.consumer_display_name,
        notified_on=f.referral.notified_on,
        entry_due_on=clock.due_on,
        days_left=max((clock.due_on - f.on).days, 0),
        silence=EntrySilence.REFUSAL if rank is L.ReminderRank.FINAL else silence_of(f),
        reply_url=f.reply_url,
        rank=rank,
        first_due_on=clock.first_due_on if rank is L.ReminderRank.FINAL else None,
    )


def entry_accepted(f: Facts, v: Values) -> LetterContext:
    return L.EntryAccepted(
        **v,
        trader_name=f.trader_name,
        consumer_display_name=f.consumer_display_name,
        entry_accepted_on=f.on,
        observations_due_on=f.extra["observations_due_on"],
        mediation_due_on=f.due(ClockKind.MEDIATION),
    )


def trader_refusal_consumer(f: Facts, v: Values) -> LetterContext:
    return L.TraderRefusalConsumer(
        **v, trader_name=f.trader_name, refused_on=f.on, ended_on=f.on, limitation_restart_on=f.limitation_restart_on
    )


def trader_refusal_trader(f: Facts, v: Values) -> LetterContext:
    designation = f.referral.designation
    return L.TraderRefusalTrader(
        **v,
        consumer_display_name=f.consumer_display_name,
        refused_on=f.on,
        ended_on=f.on,
        limitation_restart_on=f.limitation_restart_on,
        reconsider_until_on=f.due(ClockKind.RESUMPTION),
        waiver_fee=designation.waiver_fee if designation else None,
    )


def deemed_refusal_consumer(f: Facts, v: Values) -> LetterContext:
    sent = (
        Letter.objects.filter(case=f.referral.case_id, kind="trader_reminder")
        .order_by("pk")
        .values_list("letter_date", flat=True)
    )
    return L.DeemedRefusalConsumer(
        **v,
        trader_name=f.trader_name,
        notified_on=f.referral.notified_on,
        entry_due_on=f.extra["entry_due_on"],
        ended_on=f.on,
        limitation_restart_on=f.limitation_restart_on,
        reminders_on=tuple(sent),
    )


def deemed_refusal_trader(f: Facts, v: Values) -> LetterContext:
    return L.DeemedRefusalTrader(
        **v,
        consumer_display_name=f.consumer_display_name,
        notified_on=f.referral.notified_on,
        entry_due_on=f.extra["entry_due_on"],
        ended_on=f.on,
        limitation_restart_on=f.limitation_restart_on,
        reconsider_until_on=f.due(ClockKind.RESUMPTION),
    )


def deemed_acceptance(f: Facts, v: Values) -> LetterContext:
    return L.DeemedAcceptance(
        **v,
        trader_name=f.trader_name,
        consumer_display_name=f.consumer_display_name,
        entry_due_on=f.extra["entry_due_on"],
        observations_due_on=f.extra["observations_due_on"],
        mediation_due_on=f.due(ClockKind.MEDIATION),
    )


def documents_transmitted(f: Facts, v: Values) -> LetterContext:
    listed = tuple(
        L.ListedDocument(number=document.number or 0, title=document.title, dated_on=document.received_on)
        for document in f.extra["documents"]
    )
    reason = L.TransmissionReason.ON_YOUR_REQUEST if f.extra["on_request"] else L.TransmissionReason.RULE
    sender = "le professionnel" if f.to is Party.CONSUMER else "le consommateur"
    return L.DocumentsTransmitted(
        **v, reason=reason, sender_role=sender, documents=listed, observations_due_on=f.extra["observations_due_on"]
    )


def observations_request(f: Facts, v: Values) -> LetterContext:
    return L.ObservationsRequest(
        **v, questions=tuple(f.extra["questions"]), observations_due_on=f.extra["observations_due_on"]
    )


def extension(f: Facts, v: Values) -> LetterContext:
    return L.Extension(
        **v,
        new_due_on=f.extra["new_due_on"],
        previous_due_on=f.extra["previous_due_on"],
        extension_reason=_sentence(f.extra["extension_reason"]),
        next_step=_phrase(f.extra["next_step"]),
        next_step_on=f.extra["next_step_on"],
    )


def conflict_declared(f: Facts, v: Values) -> LetterContext:
    conflict = f.extra["conflict"]
    return L.ConflictDeclared(
        **v,
        circumstance=_sentence(conflict.circumstance),
        mediator_view=_sentence(conflict.mediator_view),
        objection_due_on=conflict.objection_due_on,
        after_notification=f.referral.notified_on is not None,
    )


def mediator_replaced(f: Facts, v: Values) -> LetterContext:
    former, new, conflict = f.extra["former"], f.referral.mediator, f.extra["conflict"]
    notified = f.referral.notified_on is not None
    return L.MediatorReplaced(
        **v,
        former_mediator=former.person.full_name,
        former_mediator_gender=former.gender,
        new_mediator=new.person.full_name,
        new_mediator_gender=new.gender,
        new_mediator_bio_url=f"{settings.MEDIANE_URL}/b/{f.referral.body.organisation.slug}/",
        replaced_on=f.on,
        after_notification=notified,
        mediation_due_on=mediation_due(f) if notified else None,
        conflict_declared_on=conflict.declared_on if conflict else None,
    )


def mission_ended_conflict(f: Facts, v: Values) -> LetterContext:
    early = f.referral.notified_on is None
    return L.MissionEndedConflict(
        **v,
        conflict_declared_on=f.extra["conflict"].declared_on,
        trader_name=f.trader_name,
        early=early,
        ended_on=None if early else f.on,
        limitation_restart_on=None if early else f.limitation_restart_on,
        entered=f.entered,
        proposed=f.referral.proposal_on is not None,
    )


def direct_agreement(f: Facts, v: Values) -> LetterContext:
    return L.DirectAgreement(
        **v,
        agreed_on=f.referral.agreed_on,
        agreement_items=_commitments(f, f.extra["agreement"]),
        correction_due_on=f.extra["correction_due_on"],
        ended_on=f.referral.ended_on,
    )


def proposal(f: Facts, v: Values) -> LetterContext:
    text, contact = f.extra["proposal"], f.contacts[f.to]
    facts = "\n\n".join(
        part
        for part in (text.facts_agreed, f"Reste discuté : {text.facts_disputed}" if text.facts_disputed else "")
        if part
    )
    return L.Proposal(
        **v,
        trader_name=f.trader_name,
        consumer_display_name=f.consumer_display_name,
        proposal_items=tuple(
            L.ProposalItem(who=_who(f, item["who"]), what=_phrase(item["what"]), execution_delay=_delay(item["within"]))
            for item in text.items
        ),
        facts_agreed=_sentence(facts),
        positions=f"{_sentence(text.consumer_position)}\n\n{_sentence(text.trader_position)}",
        reasons_law=_sentence(text.reasons_law),
        reasons_equity=_sentence(text.reasons_equity),
        answer_url=f.reply_url,
        answer_due_on=text.answers_due_on,
        proposal_on=text.notified_on,
        silence=AnswerSilence(text.silence_effect),
        party_name=contact.company if f.to is Party.TRADER else contact.full_name,
    )


def answer_reminder(f: Facts, v: Values) -> LetterContext:
    clock = f.running[ClockKind.ACCEPTANCE]
    return L.AnswerReminder(
        **v,
        proposal_on=clock.started_on,
        first_due_on=clock.first_due_on,
        answer_due_on=f.extra["answer_due_on"],
        answer_url=f.reply_url,
    )


def result_accepted(f: Facts, v: Values) -> LetterContext:
    agreement = f.extra["agreement"]
    return L.ResultAccepted(
        **v,
        accepted_on=f.referral.agreed_on,
        agreement_items=_commitments(f, agreement),
        execution_check_on=f.due(ClockKind.EXECUTION),
        ended_on=f.referral.ended_on,
        execution_contact=_sentence(f.contacts[Party.TRADER].company) if f.to is Party.CONSUMER else "",
    )


def result_refused(f: Facts, v: Values) -> LetterContext:
    return L.ResultRefused(**v, ended_on=f.on, limitation_restart_on=f.limitation_restart_on)


def result_silence(f: Facts, v: Values) -> LetterContext:
    return L.ResultSilence(
        **v,
        answer_due_on=f.extra["answer_due_on"],
        ended_on=f.on,
        limitation_restart_on=f.limitation_restart_on,
        was_silent=f.extra["was_silent"],
        reconsider_until_on=f.due(ClockKind.RESUMPTION) if f.extra["was_silent"] else None,
    )


def execution_reminder(f: Facts, v: Values) -> LetterContext:
    agreement = f.extra["agreement"]
    items = tuple(
        L.OpenItem(what=_phrase(item["what"]), due_on=date.fromisoformat(item["due_on"])) for item in agreement.items
    )
    return L.ExecutionReminder(
        **v,
        agreed_on=f.referral.agreed_on,
        trader_name=f.trader_name,
        open_items=items,
        reply_due_on=f.extra["reply_due_on"],
        execution_declared_url=f.reply_url,
    )


def withdrawal_by_consumer(f: Facts, v: Values) -> LetterContext:
    return L.WithdrawalByConsumer(
        **v,
        withdrawn_on=f.on,
        ended_on=f.on,
        limitation_restart_on=f.limitation_restart_on,
        undo_until_on=f.due(ClockKind.RESUMPTION),
        entered=f.entered,
        trader_name=f.trader_name,
        consumer_display_name=f.consumer_display_name,
    )


def withdrawal_by_trader(f: Facts, v: Values) -> LetterContext:
    return L.WithdrawalByTrader(
        **v,
        withdrawn_on=f.on,
        ended_on=f.on,
        limitation_restart_on=f.limitation_restart_on,
        entered=f.entered,
        proposed=f.referral.proposal_on is not None,
        trader_name=f.trader_name,
        consumer_display_name=f.consumer_display_name,
    )


def seized_elsewhere(f: Facts, v: Values) -> LetterContext:
    x = f.extra
    return L.SeizedElsewhere(
        **v,
        learnt_on=x["learnt_on"],
        learnt_from=x["learnt_from"],
        other_forum_name=x["other_forum_name"],
        remarks_due_on=f.due(ClockKind.RESUMPTION),
        ended_on=f.on,
        limitation_restart_on=f.limitation_restart_on,
        other_forum_reference=x["other_forum_reference"],
    )


def closing(f: Facts, v: Values) -> LetterContext:
    referral, body = f.referral, f.referral.body
    if referral.outcome in (Outcome.AGREED_DIRECTLY, Outcome.PROPOSAL_ACCEPTED):
        outcome = {
            Execution.YES: L.ClosingOutcome.AGREEMENT_EXECUTED,
            Execution.NO: L.ClosingOutcome.AGREEMENT_NOT_EXECUTED,
            Execution.UNKNOWN: L.ClosingOutcome.AGREEMENT_UNKNOWN,
        }[Execution(referral.execution)]
    else:
        outcome = L.ClosingOutcome.NO_AGREEMENT
    return L.Closing(
        **v,
        closed_on=referral.closed_on,
        outcome=outcome,
        archive_until_on=f.rule_day("documents_available"),
        destruction_on=f.rule_day("archive_retention"),
        service_complaint_address=body.service_complaint_address or body.email or ", ".join(body.address_lines),
    )


CERTIFIED = {
    Outcome.AGREED_DIRECTLY: L.CertificateOutcome.AGREEMENT,
    Outcome.PROPOSAL_ACCEPTED: L.CertificateOutcome.AGREEMENT,
    Outcome.PROPOSAL_REFUSED: L.CertificateOutcome.NO_AGREEMENT,
    Outcome.PROPOSAL_UNANSWERED: L.CertificateOutcome.NO_AGREEMENT,
    Outcome.ENTRY_REFUSED: L.CertificateOutcome.NOT_ENTERED,
    Outcome.WITHDRAWN_CONSUMER: L.CertificateOutcome.WITHDRAWAL,
    Outcome.WITHDRAWN_TRADER: L.CertificateOutcome.WITHDRAWAL,
    Outcome.MISSION_ENDED: L.CertificateOutcome.MISSION_ENDED,
    Outcome.COURT_SEIZED: L.CertificateOutcome.ELSEWHERE,
    Outcome.OTHER_MEDIATOR_SEIZED: L.CertificateOutcome.ELSEWHERE,
}


def end_certificate(f: Facts, v: Values) -> LetterContext:
    certificate: Certificate = f.extra["certificate"]
    consumer, trader = f.contacts[Party.CONSUMER], f.contacts[Party.TRADER]
    return L.EndCertificate(
        **v,
        filed_on=f.referral.received_on,
        notified_on=f.referral.notified_on,
        ended_on=f.referral.ended_on,
        issued_on=certificate.issued_on,
        consumer_full_name=f"{CIVILITY[consumer.gender]} {consumer.full_name}".strip(),
        trader_full_name=trader.company,
        outcome=CERTIFIED[Outcome(f.referral.outcome)],
        verification_code=certificate.code,
        verification_url=f"{settings.MEDIANE_URL}/attestation/",
    )


def resumed(f: Facts, v: Values) -> LetterContext:
    stage, answers = L.ResumedStage(f.referral.state), f.extra["answers_due_on"]
    return L.Resumed(
        **v,
        resumed_on=f.on,
        ended_on=f.extra["ended_on"],
        reason=ResumeReason(f.extra["reason"]),
        stage=stage,
        limitation_restart_on=f.extra["limitation_restart_on"],
        mediation_due_on=None if stage is L.ResumedStage.PROPOSAL_NOTIFIED else f.due(ClockKind.MEDIATION),
        entry_due_on=f.due(ClockKind.ENTRY) if stage is L.ResumedStage.AWAITING_ENTRY else None,
        answer_due_on=answers,
        answer_url=f.reply_url if answers else "",
        silence=AnswerSilence(f.rules["party_silence_effect"]),
    )


BUILDERS: dict[str, Callable[[Facts, Values], LetterContext]] = {
    builder.__name__: builder
    for builder in (
        referral_receipt,
        documents_request,
        refusal_no_prior_complaint,
        refusal_unfounded_or_abusive,
        refusal_other_forum,
        refusal_over_one_year,
        refusal_out_of_scope,
        premature,
        premature_reminder,
        redirected_level,
        redirected_mediator,
        withdrawal_before_notification,
        notification_consumer,
        notification_trader,
        trader_reminder,
        entry_accepted,
        trader_refusal_consumer,
        trader_refusal_trader,
        deemed_refusal_consumer,
        deemed_refusal_trader,
        deemed_acceptance,
        documents_transmitted,
        observations_request,
        extension,
        conflict_declared,
        mediator_replaced,
        mission_ended_conflict,
        direct_agreement,
        answer_reminder,
        result_accepted,
        result_refused,
        result_silence,
        execution_reminder,
        withdrawal_by_consumer,
        withdrawal_by_trader,
        closing,
        end_certificate,
        resumed,
    )
} | {
    "proposal_consumer": proposal,
    "proposal_trader": proposal,
    "court_seized": seized_elsewhere,
    "other_mediator_seized": seized_elsewhere,
}


# ---- words ----------------------------------------------------------------------------------------------------------------------


def refer_before(f: Facts) -> date:
    """Last day, included, of the year of L. 612-2 4°."""
    return clocks.day_after(f.referral.complaint_on, f.rules.text("max_age_of_complaint"))


def mediation_due(f: Facts) -> date:
    """The date of the 90 days, even where the proposal has stopped them."""
    if ClockKind.MEDIATION in f.running:
        return f.running[ClockKind.MEDIATION].due_on
    return (
        Clock.objects.filter(case=f.referral.case_id, kind=ClockKind.MEDIATION)
        .order_by("-id")
        .values_list("due_on", flat=True)[0]
    )


def silence_of(f: Facts) -> EntrySilence:
    designation = f.referral.designation
    return EntrySilence(designation.silence_effect if designation else f.rules["trader_silence_effect"])


def in_words(period: Period) -> str:
    """« deux mois », « 10 jours »: as a letter says it."""
    small = {1: "un", 2: "deux", 3: "trois", 4: "quatre", 6: "six"}
    unit = {"d": "jour", "wd": "jour ouvré", "m": "mois", "y": "an"}[period.unit]
    plural = "" if period.number == 1 or unit == "mois" else "s"
    return f"{small.get(period.number, period.number)} {unit.replace(' ', plural + ' ')}{plural}"


def _delay(within: str) -> str:
    """« 30 jours après l’accord »."""
    return f"{in_words(Period.parse(within))} après l’accord" if within else ""


def _who(f: Facts, who: str) -> str:
    return f.trader_name if who == Party.TRADER else f.consumer_display_name


def _commitments(f: Facts, agreement: Agreement) -> tuple[L.Commitment, ...]:
    return tuple(
        L.Commitment(who=_who(f, item["who"]), what=_phrase(item["what"]), due_on=date.fromisoformat(item["due_on"]))
        for item in agreement.items
    )


def _phrase(text: str) -> str:
    return text.strip().rstrip(".;")


def _sentence(text: str) -> str:
    text = text.strip()
    return text if not text or text[-1] in ".!?…»" else text + "."
