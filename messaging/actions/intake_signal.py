"""A wake-up call to the workers: something was stored for the intake. Lost calls are made good by its poll."""

from django.db import connection, transaction

CHANNEL = "helpdesk_intake"


def wake_intake() -> None:
    """Notify after the commit, on the same connection: a NOTIFY inside the transaction would queue behind a lock."""
    transaction.on_commit(_notify)


def _notify() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")
