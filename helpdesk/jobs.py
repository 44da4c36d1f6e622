"""Jobs: enqueued by name inside the caller's transaction, so that a job exists exactly when its data does."""

import math
from contextlib import suppress
from typing import Any

from django.db import transaction
from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued, UniqueViolation
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

# A worker gives the app connections of its own; a job stored over one of them would be seen, and run for nothing,
# before the data that it is about.
IN_OUR_TRANSACTION = JobManager(DjangoConnector())


class Later(Exception):
    """Raised by a task to be run again after `seconds`; not an error."""

    def __init__(self, seconds: float):
        super().__init__(f"again in {seconds:.0f} s")
        self.seconds = seconds


class RetryLater(BaseRetryStrategy):
    """Runs a task again when it raised `Later`, or up to `attempts` times, with growing waits, for any other error."""

    def __init__(self, attempts: int = 8):
        self.attempts = attempts

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, Later):
            return RetryDecision(retry_in={"seconds": math.ceil(exception.seconds)})
        if job.attempts >= self.attempts:
            return None
        return RetryDecision(retry_in={"seconds": min(2**job.attempts, 600)})


def enqueue(
    task: str,
    *,
    lock: str | None = None,
    queueing_lock: str | None = None,
    schedule_in: float = 0,
    **arguments: Any,
) -> None:
    """Store a job in the current transaction.

    Jobs with the same `lock` run one at a time, in the order in which they were stored. While one with the same
    `queueing_lock` waits, another is not stored. `schedule_in` is in seconds.
    """
    when = {"seconds": schedule_in} if schedule_in else None
    job = app.configure_task(task, lock=lock, queueing_lock=queueing_lock, schedule_in=when, allow_unknown=False)
    job.job_manager = IN_OUR_TRANSACTION
    if queueing_lock is None:
        job.defer(**arguments)
        return
    with suppress(AlreadyEnqueued), transaction.atomic():
        job.defer(**arguments)


async def retry_stalled(*, silent_for: float) -> int:
    """Give back the jobs of workers that have been silent for so many seconds; return how many were found.

    One whose like is waiting already under its queueing lock is dropped: the other will do.
    """
    stalled = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=silent_for))
    for job in stalled:
        try:
            await app.job_manager.retry_job(job)
        except UniqueViolation:
            await app.job_manager.finish_job(job, Status.ABORTED, delete_job=True)
    return len(stalled)
