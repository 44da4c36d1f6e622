"""Threads that do the same at the same moment, each with a connection of its own."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection

from helpdesk.accounts.tenancy import workspace_scope

PATIENCE = 60


def race(workspace_id: int, *deeds: Callable[[], Any]) -> list[Any]:
    """Run all deeds at once, each in a transaction of the workspace; return what each returned or raised."""
    start = threading.Barrier(len(deeds))
    results: list[Any] = [None] * len(deeds)

    def run(place: int, deed: Callable[[], Any]) -> None:
        try:
            start.wait(PATIENCE)
            with workspace_scope(workspace_id):
                results[place] = deed()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=numbered, daemon=True) for numbered in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive(), "the race did not end: a deadlock?"
    return results
