"""The workers' sign of life, and what of it the health checks may believe."""

from datetime import timedelta

from django.db import connection

ALIVE_FOR = timedelta(seconds=45)


def a_worker_is_alive() -> bool:
    """Say whether a worker has written its heartbeat lately, by the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM procrastinate_workers WHERE last_heartbeat > now() - %s)", [ALIVE_FOR]
        )
        return bool(cursor.fetchone()[0])
