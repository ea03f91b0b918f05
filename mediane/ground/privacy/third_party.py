"""Tables of Django and of libraries that belong to no room of ours, and of the rooms beside this one, which may not import it."""

from mediane.ground.privacy.register import Fields, classify

FIELDS: Fields = (
    classify("contenttypes.ContentType", retention="technical", internal="app_label model")
    | classify("auth.Permission", retention="technical", internal="name content_type codename")
    | classify("auth.Group", retention="technical", internal="name")
    | classify(
        "sessions.Session",
        retention="technical",
        internal="expire_date",
        secret="session_key session_data",  # noqa: S106 — names of fields
    )
    | classify("database.State", retention="technical", internal="name value changed_at")
    # Arguments of jobs are ids and days; what a stranger typed is sealed.
    | classify(
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
