"""Class and retention of every field of this room."""

from mediane.ground.privacy.register import classify

FIELDS = (
    classify(
        "referrals.Referral",
        retention="referral",
        internal="body trader business_line subject sub_subject designation charter destination",
        case=(
            "case number state rules imported taken_up_at quiet test received_on entered_at submitted_at channel submission_key "
            "requester_kind amount_claimed cross_border country previous previous_reference trader_in_scope complaint_on "
            "complaint_written complaint_proof answered_on answer level2_on level2_answered_on other_mediator court "
            "manifestly_unfounded decision decision_on decision_started_on ground ground_detail premature_until notified_on entry "
            "entered_on entry_reminded extended extended_until conflict_declared locked proposal_on orientation basis "
            "consumer_answer trader_answer answer_reminded agreed_on execution amount_granted outcome deemed ended_on closed_on "
            "late_reason hold destroy_on destruction_approved_at bundle_id due_on due_kind hand queue"
        ),
        personal="consumer_name trader_given mediator assignee destruction_approved_by",
    )
    | classify("referrals.NameWord", retention="referral", internal="body", case="referral archived", personal="word")
    | classify(
        "referrals.Claim",
        retention="referral",
        case="referral complaint_channel trader_siren_given",
        personal="contract_reference",
        special="summary facts asked_of_trader asked_now trader_reply other_proceedings draft",
    )
    | classify(
        "referrals.NotifiedDispute",
        retention="referral",
        case="referral",
        personal="consumer_shown contract_reference",
        special="dispute_summary claim_summary",
    )
    | classify(
        "referrals.Position",
        retention="referral",
        case="message referral value facts_value amount_offered",
        special="facts_text claim_text",
    )
    | classify(
        "referrals.PartyContact",
        retention="referral",
        case="referral party country language on_paper sms_agreed discreet transfer_consent",
        personal="gender first_name last_name company email phone address postcode city",
        special="large_print",  # says something of somebody's sight
    )
    | classify(
        "referrals.Message",
        retention="referral",
        case="referral audience author_party confidential_asked channel received_on sent_at submission_key",
        personal="person author_name",
        special="text",
    )
    | classify("referrals.MessageDocument", retention="referral", case="message document")
    | classify(
        "referrals.PieceRequest",
        retention="referral",
        case="referral asked_of kind purpose asked_on due_on received_on document",
        special="name why must_show note",
    )
    | classify(
        "referrals.Proposal",
        retention="referral",
        case=("referral round amount orientation basis answers_due_on silence_effect saved_at version notified_on"),
        personal="saved_by signed_by",
        special="facts_agreed facts_disputed consumer_position trader_position reasons_law reasons_equity items",
    )
    | classify(
        "referrals.SealedAnswer",
        retention="referral",
        case="proposal referral party value answered_on recorded_at round",
        personal="signatory",
        special="comment",
    )
    | classify(
        "referrals.Agreement",
        retention="referral",
        case="referral direct drawn_up_at consumer_confirmed_on trader_confirmed_on version due_on reminders_sent",
        special="items",
    )
    | classify(
        "referrals.ExecutionReport",
        retention="referral",
        case="referral party value reported_on recorded_at document",
        special="comment",
    )
    | classify(
        "referrals.Conflict",
        retention="referral",
        case="referral declared_on objection_due_on objected_by objected_on ended ended_on",
        personal="mediator",
        special="circumstance mediator_view",
    )
    | classify("referrals.Certificate", retention="referral", case="referral code issued_on outcome cancelled_on")
    | classify("referrals.ResumptionConsent", retention="referral", case="referral party consented_on end_number")
    | classify("referrals.Presence", retention="technical", case="referral seen_at writing", personal="person")
    | classify(
        "referrals.GroundDetail",
        retention="organisation",
        public="ground code label_fr label_en",
        internal="body effective_from effective_to",
    )
)
