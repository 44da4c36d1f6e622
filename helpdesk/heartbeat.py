"""The workers' sign of life, and what of it the health checks may believe."""

from django.db import connection


def a_worker_is_alive() -> bool:
    """Say whether a worker has written its heartbeat in the last 45 seconds, by the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(last_heartbeat) > now() - make_interval(secs => 45) FROM procrastinate_workers")
        return bool(cursor.fetchone()[0])
