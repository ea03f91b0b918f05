"""Class and retention of every field of this room."""

from mediane.ground.privacy.register import classify

FIELDS = (
    # Arguments are ids and days; what a stranger typed is sealed (docs/adr/0004).
    classify(
        "procrastinate.ProcrastinateJob",
        retention="technical",
        internal=(
            "queue_name task_name priority lock queueing_lock args status scheduled_at attempts abort_requested worker"
        ),
    )
    | classify("procrastinate.ProcrastinateEvent", retention="technical", internal="job type at")
    | classify(
        "procrastinate.ProcrastinatePeriodicDefer",
        retention="technical",
        internal="task_name defer_timestamp job periodic_id",
    )
    | classify("procrastinate.ProcrastinateWorker", retention="technical", internal="last_heartbeat")
)
