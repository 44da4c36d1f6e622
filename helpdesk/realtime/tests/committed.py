"""A database in which the tests of live updates really commit: what they test is who sees a commit, and when."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection

from helpdesk.realtime import queries
from helpdesk.realtime.address import direct_address
from helpdesk.realtime.notifier import notifier

# In the order of their references; TRUNCATE ... CASCADE would empty all tables and take ten times as long.
WRITTEN = ("realtime_event", "accounts_member", "accounts_user", "accounts_workspace", "django_session")


@contextmanager
def committed(blocker: Any) -> Iterator[None]:
    """Let a test use the database without a transaction around it, and empty the tables as their owner afterwards."""
    with blocker.unblock():
        try:
            yield
        finally:
            notifier.stop()
            connection.close()
            with as_owner() as owner:
                for table in WRITTEN:
                    owner.execute(f"DELETE FROM {table}".encode())


def as_owner() -> psycopg.Connection:
    known: dict[str, Any] = settings.DATABASE_OWNER or {}
    found: dict[str, Any] = {key.lower(): known[key] or None for key in ("USER", "PASSWORD", "HOST", "PORT")}
    return psycopg.connect(dbname=connection.settings_dict["NAME"], autocommit=True, **found)


class Writer:
    """A process of its own that publishes, and commits when the test says so."""

    def __init__(self, workspace: int):
        self._workspace = workspace
        self._connection = psycopg.connect(direct_address("writer", **{"app.workspace_id": str(workspace)}))

    def publish(self, kind: str, subject: int, part: int | None = None) -> None:
        parameters = {"workspace": self._workspace, "kind": kind, "subject": subject, "part": part}
        self._connection.execute(queries.ADD_ONCE.encode(), parameters)

    def publish_in_vain(self, kind: str, subject: int) -> None:
        """Publish in a savepoint that is rolled back."""
        with self._connection.transaction(force_rollback=True):
            self.publish(kind, subject)

    def commit(self) -> None:
        self._connection.commit()

    def close(self) -> None:
        self._connection.close()
