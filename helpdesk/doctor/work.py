"""The worker and its queue."""

from collections.abc import Iterator

from django.db import connection

from helpdesk.doctor import Finding, examination, fine, look, wrong
from helpdesk.heartbeat import a_worker_is_alive

MOST = 1000
AGE_LOOK, AGE_WRONG = 60, 600  # seconds

DUE = """
SELECT count(*), coalesce(extract(epoch FROM now() - min(greatest(event.at, job.scheduled_at))), 0)
FROM (
    SELECT id, scheduled_at FROM procrastinate_jobs
    WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now()) ORDER BY id LIMIT %s
) AS job
JOIN procrastinate_events AS event ON event.job_id = job.id AND event.type = 'deferred'
"""
FAILED = """
SELECT task_name, count(*) FROM (SELECT task_name FROM procrastinate_jobs WHERE status = 'failed' LIMIT %s) AS job
GROUP BY task_name ORDER BY task_name
"""


@examination("worker")
def a_worker_works() -> Iterator[Finding]:
    if a_worker_is_alive():
        yield fine("A worker is at work.")
    else:
        yield wrong("No worker runs: nothing is sent, nothing that came in is shown.", "Start `manage.py worker`.")


@examination("queue")
def jobs_do_not_pile_up() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(DUE, [MOST])
        due, age = cursor.fetchone()
    words = f"{_counted(due)} jobs are due; the oldest has waited {age:.0f} s."
    if age < AGE_LOOK:
        yield fine(words)
    else:
        yield (wrong if age > AGE_WRONG else look)(words, "Start more workers, or raise their --concurrency.")


@examination("failed jobs")
def jobs_do_not_fail() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(FAILED, [MOST])
        failed = cursor.fetchall()
    for task, count in failed:
        yield look(f"{_counted(count)} jobs {task} were given up.", "Look for their errors in the worker's log.")
    if not failed:
        yield fine("No job was given up.")


def _counted(count: int) -> str:
    return f"{count} or more" if count >= MOST else str(count)
