# ruff: noqa: E741, N817 - a table is read across, and its columns have short names
"""The whole procedure as a table: every state, every move, who makes it, on what basis. b1–b21 are the steps of the specification.

Who may *see* a referral is another matter (`querysets.visible_to`). A row says what is allowed; the service of the same name says what happens.
What a guard of a row needs beyond state, role and lock (a mandate, a date, a consent) stands in `needs` and `notes` and is checked by the service.

Every move with a party in `who` may be entered for that party by an officer (paper and phone): dated the day it arrived, both persons journaled.
`hear` and `call_expert` are drawn but nobody can make them yet.
"""

from __future__ import annotations

from mediane.ground.accounts.roles import Role
from mediane.kernel.workflow import KEPT, NOTHING, Move, Workflow
from mediane.mediation.referrals.enums import State as S

BEFORE_DECISION = frozenset({S.RECEIVED, S.INCOMPLETE, S.UNDER_REVIEW})
"""Received and not decided: the rejection clock runs; nothing reaches the trader."""
NOT_MEDIATED = frozenset({S.INADMISSIBLE, S.REDIRECTED, S.PREMATURE, S.WITHDRAWN_EARLY, S.MISSION_ENDED_EARLY})
"""Ended without notification: never seen by the trader."""
UNDECIDED = BEFORE_DECISION | {S.WITHDRAWN_EARLY, S.MISSION_ENDED_EARLY}
"""Where no decision stands: not yet, or never any more."""
REFUSED = frozenset({S.INADMISSIBLE, S.REDIRECTED, S.PREMATURE})
"""What the figures count as refused (with the `incomplete` decisions of files)."""
BEFORE_NOTIFICATION = frozenset({S.DRAFT}) | BEFORE_DECISION | NOT_MEDIATED
MEDIATING = frozenset({S.AWAITING_ENTRY, S.IN_MEDIATION, S.PROPOSAL_NOTIFIED})
"""Notified and going on: either party may withdraw, the mission may end."""
NOTIFIED = MEDIATING | {S.IN_EXECUTION, S.CLOSED}
"""What both parties see."""
LOCKABLE = BEFORE_DECISION | MEDIATING
"""Where a conflict may be declared, objected to, lifted."""
OPEN = LOCKABLE | {S.IN_EXECUTION}
"""Somebody still has something to do."""
ENDED = NOT_MEDIATED | {S.CLOSED}
"""Retention runs; what may be archived."""
GONE = frozenset({S.ARCHIVED, S.DESTROYED})
SEEN_BY_REQUESTER = frozenset(S) - GONE
SEEN_BY_TRADER = NOTIFIED

R, T, O, D, M = Role.REQUESTER, Role.CORRESPONDENT, Role.OFFICER, Role.DELEGATE, Role.MEDIATOR
P, SYS, API = Role.DIRECTOR, Role.SYSTEM, Role.API

# fmt: off
MOVES = (
    Move("begin", NOTHING, S.DRAFT, {R, API}, law="L614-1", clocks="retention of drafts", notes="never the trader (L611-3 5°)", on_behalf=True),
    Move(
        "submit", S.DRAFT, S.RECEIVED, {R, API}, needs=("body", "trader", "claim", "identity", "way_to_answer"), law="b1, L614-1",
        letters=("referral_receipt",), clocks="rejection starts on the day received, even if entered later", on_behalf=True,
        notes="the trader's name as given is enough; the officer enters for someone who wrote, phoned or came",
    ),
    Move("discard", S.DRAFT, S.DESTROYED, {R, SYS}, on_behalf=True, notes="by the system when the retention of drafts is over; never counted"),
    Move(
        "ask_documents", {S.RECEIVED, S.UNDER_REVIEW}, S.INCOMPLETE, {O, D, M}, needs=("pieces", "reasons", "due_on"), law="b2, L612-2",
        letters=("documents_request",), clocks="rejection runs on", notes="each piece strictly necessary, and why",
    ),
    Move("complete", S.INCOMPLETE, S.UNDER_REVIEW, {R, O}, on_behalf=True, law="b2", notes="the requester by sending the pieces"),
    Move("go_on_without", S.INCOMPLETE, S.UNDER_REVIEW, {SYS}, law="b2", notes="at the date asked: someone decides on what the file holds"),
    Move("take_up", S.RECEIVED, S.UNDER_REVIEW, {O, D, M}, needs=("assignment",), law="b2", notes="no known conflict of the person who takes it up"),
    Move(
        "refuse", S.UNDER_REVIEW, S.INADMISSIBLE, {D, M}, needs=("ground", "reason"), law="b3, L612-2", clocks="rejection stops",
        letters=(
            "refusal_no_prior_complaint", "refusal_unfounded_or_abusive", "refusal_other_forum", "refusal_over_one_year", "refusal_out_of_scope",
        ),
        notes="the letter of the ground, to the requester only; the reason in plain words",
    ),
    Move(
        "redirect", S.UNDER_REVIEW, S.REDIRECTED, {D, M}, needs=("ground", "destination"), law="b3, L612-2", clocks="rejection stops",
        letters=("redirected_level", "redirected_mediator"), notes="ground 1° or 5° only; the file is sent on with the requester's consent",
    ),
    Move(
        "postpone", S.UNDER_REVIEW, S.PREMATURE, {D, M}, needs=("premature_until",), law="b4", letters=("premature",),
        clocks="rejection stops; reminder on premature_until", notes="no refusal and no ground",
    ),
    Move("remind_premature", S.PREMATURE, KEPT, {SYS}, law="b4", letters=("premature_reminder",), notes="on premature_until, unless resubmitted"),
    Move(
        "resubmit", REFUSED, KEPT, {R}, creates=S.RECEIVED, needs=("since_then",), law="b4", letters=("referral_receipt",), on_behalf=True,
        clocks="a new rejection clock, on the new referral", notes="a new referral, linked, with all pieces; from inadmissible on ground 1° only",
    ),
    Move(
        "re_examine", {S.INADMISSIBLE, S.REDIRECTED}, S.UNDER_REVIEW, {D, M}, needs=("evidence", "reason"), law="b3", letters=("referral_receipt",),
        clocks="rejection anew from the new evidence",
    ),
    Move(
        "withdraw_early", BEFORE_DECISION, S.WITHDRAWN_EARLY, {R}, law="b17", letters=("withdrawal_before_notification",), clocks="all stop",
        on_behalf=True,
    ),
    Move(
        "notify", S.UNDER_REVIEW, {S.AWAITING_ENTRY, S.IN_MEDIATION}, {D, M}, needs=("trader", "trader_contact", "mediator", "charter"),
        law="b5, R612-2", letters=("notification_consumer", "notification_trader"), clocks="mediation and entry start; limitation suspended",
        notes="both letters on one day; in_mediation where the principle was accepted in advance",
    ),
    Move("accept_entry", S.AWAITING_ENTRY, S.IN_MEDIATION, {T}, law="b6", letters=("entry_accepted",), clocks="entry stops", on_behalf=True),
    Move(
        "refuse_entry", S.AWAITING_ENTRY, S.CLOSED, {T}, law="b7", clocks="all stop", on_behalf=True,
        letters=("trader_refusal_consumer", "trader_refusal_trader", "end_certificate"),
    ),
    Move("remind_entry", S.AWAITING_ENTRY, KEPT, {SYS}, law="b6", letters=("trader_reminder",), notes="at 50 % and 80 % of the time"),
    Move(
        "entry_expires", S.AWAITING_ENTRY, {S.CLOSED, S.IN_MEDIATION, KEPT}, {SYS}, law="b7", clocks="as the effect",
        letters=("deemed_refusal_consumer", "deemed_refusal_trader", "end_certificate", "deemed_acceptance", "trader_reminder"),
        notes="the day after the date; refusal, acceptance, or one reminder with a second date and then refusal, by the convention",
    ),
    Move(
        "exchange", MEDIATING, KEPT, {R, T, O, D, M}, needs=("audience",), law="b8, R612-3", letters=("documents_transmitted", "observations_request"),
        clocks="dates asked", on_behalf=True, notes="an audience for each message and piece",
    ),
    Move("hear", S.IN_MEDIATION, KEPT, {M, D}, needs=("on",), law="b8, R612-3", letters=("hearing_invitation",), later=True),
    Move("call_expert", S.IN_MEDIATION, KEPT, {M, D, R, T}, needs=("payer", "on"), law="b9, R612-1 4°", letters=("hearing_invitation",), later=True),
    Move(
        "extend", {S.AWAITING_ENTRY, S.IN_MEDIATION}, KEPT, {M}, needs=("complexity", "reason", "new_due_on"), law="b10, R612-5", letters=("extension",),
        clocks="mediation moves to the new date", notes="both parties told at once; after the date too, with a coded reason for lateness",
    ),
    Move(
        "declare_conflict", LOCKABLE, KEPT, {M}, needs=("circumstance",), law="b11, R613-1", letters=("conflict_declared",),
        clocks="objection date; every other clock runs on", notes="locks the case; before notification the letter goes to the requester only",
    ),
    Move("object", LOCKABLE, KEPT, {R, T}, law="b11, R613-1", on_behalf=True, notes="on a locked case, until the date"),
    Move("lift_conflict", LOCKABLE, KEPT, {SYS}, law="b11", clocks="lock ends", notes="on a locked case, the day after the date, without objection"),
    Move(
        "replace_mediator", LOCKABLE, KEPT, {P}, needs=("mediator",), law="b11, R613-1", letters=("mediator_replaced",), while_locked=True,
        clocks="lock ends", notes="body that is an entity; on objection, own wish or end of mandate; the new mediator without conflict",
    ),
    Move(
        "end_mission", MEDIATING, S.CLOSED, {M}, needs=("objection",), law="b11, R613-1", letters=("mission_ended_conflict", "end_certificate"),
        clocks="all stop", while_locked=True, notes="body of one person",
    ),
    Move(
        "end_mission_early", BEFORE_DECISION, S.MISSION_ENDED_EARLY, {M}, needs=("objection",), law="b11, R613-1", letters=("mission_ended_conflict",),
        clocks="all stop", while_locked=True, notes="body of one person; short wording to the requester, no certificate",
    ),
    Move(
        "agree_directly", {S.AWAITING_ENTRY, S.IN_MEDIATION}, S.IN_EXECUTION, {M, D, O}, needs=("consumer_confirmation", "trader_confirmation", "terms"),
        law="b12, R612-3", letters=("direct_agreement", "end_certificate"), clocks="mediation stops; execution starts",
        notes="once each party has confirmed in its own hand",
    ),
    Move(
        "propose", S.IN_MEDIATION, S.PROPOSAL_NOTIFIED, {M}, law="b13, R612-4",
        needs=("facts", "positions", "law", "equity", "solution", "amounts", "answers_due_on"),
        letters=("proposal_consumer", "proposal_trader", "proposal_answer_form"), clocks="mediation stops; acceptance starts", notes="in person",
    ),
    Move(
        "answer", S.PROPOSAL_NOTIFIED, KEPT, {R, T}, needs=("answer",), law="b14, R612-4", on_behalf=True,
        notes="once each, sealed until both are in or time is up",
    ),
    Move(
        "conclude", S.PROPOSAL_NOTIFIED, {S.IN_EXECUTION, S.CLOSED, KEPT}, {SYS}, law="b15, b16", clocks="acceptance stops; execution starts",
        letters=("result_accepted", "result_refused", "answer_reminder", "result_silence", "end_certificate"),
        notes="when both are in, else the day after the date; a refusal closes at once, a silence may be reminded of once",
    ),
    Move(
        "withdraw", MEDIATING, S.CLOSED, {R, T}, law="b17, R612-2", clocks="all stop", on_behalf=True,
        letters=("withdrawal_by_consumer", "withdrawal_by_trader", "end_certificate"), notes="at any time, without a reason",
    ),
    Move(
        "seize_elsewhere", MEDIATING, S.CLOSED, {M, D}, needs=("forum",), law="b18, L612-2 3°", clocks="all stop",
        letters=("court_seized", "other_mediator_seized", "end_certificate"), notes="on knowledge; before notification: refuse on ground 3°",
    ),
    Move(
        "report_execution", S.IN_EXECUTION, KEPT, {R, T}, law="b19, R614-2 6°", letters=("execution_reminder",), clocks="execution", on_behalf=True,
        notes="the trader declares, the consumer confirms or denies; reminders at the date, +15 and +30 days",
    ),
    Move(
        "finish", S.IN_EXECUTION, S.CLOSED, {SYS, O}, needs=("execution",), law="b19, b20", letters=("closing", "end_certificate"), clocks="all stop",
        notes="the system on confirmation, an officer after the last reminder; with a copy of the certificate",
    ),
    Move(
        "resume", S.CLOSED, MEDIATING, {M}, needs=("reason", "consents"), law="2238", letters=("resumed",),
        clocks="mediation counts as if never stopped, unless a proposal had stopped it; the certificate is cancelled",
        notes="within the date printed in the letter: both consent (refused or silent entry → in_mediation; silent answer → proposal_notified, both "
        "answers anew), the requester alone (withdrawal by mistake), or the information on a seizure was false (the state before)",
    ),
    Move("archive", ENDED, S.ARCHIVED, {SYS}, law="b21", notes="retention over, no hold; the transfer itself comes later"),
    Move("destroy", S.ARCHIVED, S.DESTROYED, {SYS}, needs=("approval",), law="b21", notes="retention over, no hold, approved by a second person"),
)
# fmt: on

REFERRALS = Workflow(
    states=S.values,
    initial=S.DRAFT,
    final={S.DESTROYED},
    roles=Role,
    moves=MOVES,
    parties={R, T},
    recorder=O,
    bound={M, D, O},
    blind={R: GONE, T: frozenset(S) - SEEN_BY_TRADER},
)
