"""Class and retention of every field of this room."""

from mediane.ground.privacy.register import classify

FIELDS = (
    classify(
        "documents.Document",
        retention="referral",
        internal="organisation",
        case=(
            "uuid case number series claimed_type media_type size pages active_content author_party audience "
            "confidentiality special_category purpose virus scanned_at preview received_on entered_at withdrawn_at"
        ),
        personal="author_name person",
        special="title filename withdrawn_reason",
        secret="sha256 safe_sha256",  # noqa: S106 — names of fields
    )
    | classify(
        "documents.Preview",
        retention="referral",
        case="document page width height",
        special="text",
        secret="sha256",  # noqa: S106
    )
    | classify(
        "documents.Reading",
        retention="referral",
        internal="organisation",
        case="document kind door at",
        personal="person reader",
    )
)
