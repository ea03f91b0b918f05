"""Class and retention of every field of this room."""

from mediane.ground.privacy.register import classify

FIELDS = (
    classify(
        "access.CaseKey",
        retention="access",
        case="case kind holder_party created_at expires_at revoked_at last_used_at uses",
        internal="organisation ring",
        personal="holder_name",
        secret="digest salt",  # noqa: S106 — names of fields
    )
    | classify(
        "access.Rate",
        retention="security_log",
        internal="kind began_at spent",
        secret="subject",  # noqa: S106 — names of fields
    )
    | classify(
        "access.AccessAttempt",
        retention="security_log",
        internal="kind failures last_at locked_until",
        secret="subject",  # noqa: S106 — names of fields
    )
)
