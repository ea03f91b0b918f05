"""Class and retention of every field of this room."""

from mediane.ground.privacy.register import classify

FIELDS = classify(
    "organisations.Organisation", retention="organisation", internal="active created_at kind name short_name siren slug"
) | classify("organisations.Unit", retention="organisation", internal="organisation parent kind name")
