"""Class and retention of every field of this room."""

from mediane.ground.privacy.register import classify

FIELDS = classify(
    "rulesets.RuleValue",
    retention="organisation",
    internal="organisation unit key value basis source effective_from effective_to set_at",
    personal="set_by",
)
