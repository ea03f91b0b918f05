"""Class and retention of every field of this room, and of the library's tables that belong to it."""

from mediane.ground.privacy.register import classify

FIELDS = (
    classify(
        "accounts.Person",
        retention="staff",
        internal="is_active created_at forgotten_at language",
        personal="email first_name last_name title phone last_login",
        secret="password",  # noqa: S106 — names of fields
    )
    | classify(
        "accounts.Membership",
        retention="staff",
        internal="organisation unit role starts_on ends_on cancelled_at",
        personal="person granted_by",
    )
    | classify(
        "accounts.Invitation",
        retention="staff",
        internal="organisation role invited_at expires_at accepted_at revoked_at",
        personal="email first_name last_name invited_by",
        secret="token_digest",  # noqa: S106 — names of fields
    )
    | classify(
        "accounts.Token",
        retention="organisation",
        internal="organisation name prefix scopes created_at expires_at revoked_at last_used_on",
        personal="created_by",
        secret="digest",  # noqa: S106 — names of fields
    )
    | classify(
        "accounts.AccountEvent",
        retention="security_log",
        internal="at kind organisation facts door",
        personal="by person subject ip",
    )
    # allauth: second factor, open sessions; addresses of its own that this product does not use
    | classify(
        "mfa.Authenticator",
        retention="staff",
        internal="type created_at last_used_at",
        personal="user",
        secret="data",  # noqa: S106 — names of fields
    )
    | classify(
        "usersessions.UserSession",
        retention="technical",
        internal="created_at last_seen_at data",
        personal="user ip user_agent",
        secret="session_key",  # noqa: S106 — names of fields
    )
    | classify("account.EmailAddress", retention="staff", internal="verified primary", personal="user email")
    | classify(
        "account.EmailConfirmation",
        retention="technical",
        internal="created sent",
        personal="email_address",
        secret="key",  # noqa: S106 — names of fields
    )
)
