"""Class and retention of the mark."""

from mediane.ground.privacy.register import classify

FIELDS = classify("demonstration.Demonstration", retention="technical", internal="started_at finished_at version")
