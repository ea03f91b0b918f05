"""Class and retention of every field of this room."""

from mediane.ground.privacy.register import classify

FIELDS = classify(
    "reports.ReportText",
    retention="figures",
    public="text",
    internal="body year section version edited_at",
    personal="edited_by",
) | classify(
    "reports.ReportFile",
    retention="technical",
    internal="body year base kind language state stored size asked_at ended_at",
    personal="asked_by",
)
