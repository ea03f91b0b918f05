"""Class and retention of every field of this room: counts, never a person."""

from mediane.ground.privacy.register import classify

FIELDS = classify(
    "indicators.Freeze", retention="figures", internal="body starts_on ends_on base frozen_at figures"
) | classify("indicators.Restatement", retention="figures", internal="freeze noted_at cause facts figures")
