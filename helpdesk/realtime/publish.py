"""The one door for live updates: an event row in the caller's transaction, and a wake-up call after its commit."""

from functools import partial

from django.db import connection, transaction

from helpdesk.realtime import queries
from helpdesk.realtime.notifier import notifier


def publish(workspace_id: int, kind: str, subject_id: int, part_id: int | None = None) -> None:
    """Tell open pages of a workspace that `subject_id` (and its part) changed. Call inside the changing transaction.

    Saying the same twice in one transaction is free: one row, one message.
    """
    with connection.cursor() as database:
        database.execute(
            queries.ADD_ONCE, {"workspace": workspace_id, "kind": kind, "subject": subject_id, "part": part_id}
        )
    transaction.on_commit(partial(notifier.wake, workspace_id), robust=True)
