"""Class and retention of every field of this room. A report quotes cells of rejected rows, which may name somebody."""

from mediane.ground.privacy.register import classify

FIELDS = classify(
    "imports.ImportRun",
    retention="technical",
    internal="body state percent problem begun_at ended_at stored rejects",
    personal="person name report",
)
