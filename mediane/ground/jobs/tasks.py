"""The queue's own upkeep."""

from __future__ import annotations

from procrastinate import JobContext
from procrastinate.contrib.django import app

from mediane.ground.jobs.running import KEEP_FAILED_HOURS


@app.periodic(cron="* * * * *", queueing_lock="jobs.rescue")
@app.task(name="mediane.ground.jobs.tasks.rescue", queue="upkeep", pass_context=True)
async def rescue(context: JobContext, timestamp: int | None = None) -> None:
    """Give back to the queue what a killed worker held (no sign of life for thirty seconds)."""
    for stalled in await context.app.job_manager.get_stalled_jobs():
        await context.app.job_manager.retry_job(stalled)


@app.periodic(cron="15 2 * * *", queueing_lock="jobs.forget_old")
@app.task(name="mediane.ground.jobs.tasks.forget_old", queue="upkeep", pass_context=True)
async def forget_old(context: JobContext, timestamp: int | None = None) -> None:
    """Failed jobs are kept thirty days for whoever looks into them; done ones are removed at once."""
    await context.app.job_manager.delete_old_jobs(
        nb_hours=KEEP_FAILED_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
    )
