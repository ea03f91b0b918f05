"""Tables that Django and libraries bring and that belong to no room of ours."""

from mediane.ground.privacy.register import Fields, classify

FIELDS: Fields = (
    classify("contenttypes.ContentType", retention="technical", internal="app_label model")
    | classify("auth.Permission", retention="technical", internal="name content_type codename")
    | classify("auth.Group", retention="technical", internal="name")
    | classify(
        "sessions.Session",
        retention="technical",
        internal="expire_date",
        secret="session_key session_data",  # noqa: S106 — names of fields
    )
)
