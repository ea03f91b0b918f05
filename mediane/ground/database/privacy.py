"""Class and retention of every field of this room."""

from mediane.ground.privacy.register import classify

FIELDS = classify("database.State", retention="technical", internal="name value changed_at")
