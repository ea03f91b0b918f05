"""Class and retention of every field of this room."""

from mediane.ground.privacy.register import classify

FIELDS = (
    classify(
        "journal.Case",
        retention="journal",
        internal="organisation",
        case="kind length head key_destroyed_at",
        secret="key",  # noqa: S106 — names of fields
    )
    | classify(
        "journal.Entry",
        retention="journal",
        internal="organisation",
        case="case seq at on name actor on_behalf_of door facts digest",
        personal="person",
        special="personal",
    )
    | classify("journal.Seal", retention="journal", internal="day cases previous digest sealed_at")
)
