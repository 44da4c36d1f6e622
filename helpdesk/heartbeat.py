"""The workers' sign of life, and what of it the health checks may believe."""

from django.db import connection

ALIVE_SECONDS = 45


def a_worker_is_alive() -> bool:
    """Say whether a worker has written its heartbeat lately, by the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => %s))",
            [ALIVE_SECONDS],
        )
        return bool(cursor.fetchone()[0])
