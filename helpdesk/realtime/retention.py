"""How long events are kept: long enough for a laptop to sleep over a weekend."""

from typing import Any

from django.db import connection

from helpdesk.accounts.tenancy import system_scope
from helpdesk.realtime import queries
from helpdesk.realtime.cursor import RETENTION

ROWS_A_TRANSACTION = 10_000


def purge_events() -> int:
    """Delete events past their retention, in short transactions, and return how many there were."""
    total = 0
    while deleted := _purge_some():
        total += deleted
    return total


def _purge_some() -> int:
    parameters: dict[str, Any] = {"retention": RETENTION, "limit": ROWS_A_TRANSACTION}
    with system_scope("purge events"), connection.cursor() as database:
        database.execute(queries.PURGE, parameters)
        return database.rowcount
