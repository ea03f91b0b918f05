"""Class and retention of every field of this room."""

from mediane.ground.privacy.register import classify

FIELDS = (
    classify(
        "correspondence.Letter",
        retention="referral",
        internal="organisation",
        case=(
            "uuid case kind audience language letter_date template_version cause_seq dedup_key channel goes_with copy_of batch status failure "
            "fell_back next_attempt_at created_at pdf_size pages blanked_at dispatched_at opened_at"
        ),
        personal="addressee postal_lines email proof",
        special="title subject inputs statements paper",
        secret="link_url pdf_key sent_sha256 kept_sha256",  # noqa: S106 — names of fields
    )
    | classify(
        "correspondence.MailAttempt",
        retention="referral",
        internal="organisation",
        case="letter number message_id started_at finished_at outcome reply",
        personal="address",
    )
    | classify(
        "correspondence.PrintBatch",
        retention="organisation",
        internal="organisation uuid day number status pages closed_at posted_on posted_at",
        personal="closed_by posted_by",
        secret="pdf_key sha256",  # noqa: S106
    )
    | classify(
        "correspondence.LetterTemplate",
        retention="organisation",
        internal="organisation kind audience statement language version title subject text effective_from effective_to approved_at created_at",
        personal="author approved_by",
    )
    | classify(
        "correspondence.LetterSettings",
        retention="organisation",
        internal="organisation omitted_statements names_other_party attach_data changed_at",
        personal="changed_by",
    )
)
