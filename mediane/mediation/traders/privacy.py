"""Class and retention of every field of this room."""

from mediane.ground.privacy.register import classify

FIELDS = (
    classify(
        "traders.Trader",
        retention="organisation",
        internal=(
            "body operator name siren complaint_address level2_name level2_basis level2_address postal_address sector active"
        ),
        personal="email",
    )
    | classify("traders.TraderAlias", retention="organisation", internal="trader name")
    | classify("traders.BusinessLine", retention="organisation", internal="trader name")
    | classify(
        "traders.Designation",
        retention="organisation",
        internal="trader version starts_on ends_on entry_asked entry_delay silence_effect fee_amount waiver_fee",
    )
    | classify(
        "traders.TraderContact",
        retention="organisation",
        internal="trader service on_paper is_main",
        personal="name email postal_address",
    )
)
