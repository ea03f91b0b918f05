"""Class and retention of every field of this room."""

from mediane.ground.privacy.register import classify

FIELDS = (
    classify(
        "deadlines.Clock",
        retention="referral",
        internal="organisation",
        case=(
            "case kind hand basis mark external started_on period due_on first_due_on stopped_on stop_reason late_reason "
            "warn_on remind_on quiet"
        ),
        personal="responsible",
    )
    | classify("deadlines.ClockEvent", retention="referral", case="clock seq kind on data")
    | classify(
        "deadlines.Notice",
        retention="referral",
        internal="organisation",
        case="clock step breach noticed_at told_at",
        personal="told",
    )
)
