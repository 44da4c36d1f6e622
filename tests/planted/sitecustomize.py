"""Plants one known bug, named by PLANTED_BUG, into the product's running code, to show that the tests see it.

It is on the import path of a test's own processes only. Python imports it at start; the bug is put in as soon as the
module that it is for has been imported.
"""

import importlib.abc
import importlib.machinery
import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from types import ModuleType


def acknowledge_before_commit(deliveries: ModuleType) -> None:
    """The webhook answers 200 and stores the body half a second later."""
    from django.db import connection

    from helpdesk.accounts.tenancy import workspace_scope

    store = deliveries.store_delivery

    def later(channel, raw, *, headers):  # type: ignore[no-untyped-def]
        kept = dict(headers)

        def run() -> None:
            time.sleep(0.5)
            with workspace_scope(channel.workspace_id):
                store(channel, raw, headers=kept)
            connection.close()

        threading.Thread(target=run, daemon=True).start()

    deliveries.store_delivery = later


def forget_what_is_known(inbound: ModuleType) -> None:
    """A message is stored again however often it comes; the unique index is dropped by the test."""
    inbound._is_known = lambda channel, external_id: False


def last_writer_wins(states: ModuleType) -> None:
    """A message shows the status that was written last."""

    def merged(local: str, said: set[str]) -> str:
        return local

    def apply(message, said):  # type: ignore[no-untyped-def]
        statuses = [event for event in said if event.kind in ("sent", "delivered", "read", "failed")]
        if statuses:
            message.state = max(statuses, key=lambda event: event.pk).kind

    states.merged_state, states._apply_statuses = merged, apply


def send_without_claim(sending: ModuleType) -> None:
    """Every run of a job sends, whatever state the message is in."""
    from django.utils import timezone

    def claim(message_id: int):  # type: ignore[no-untyped-def]
        parts = ("conversation__contact", "conversation__address", "channel", "media", "quoted", "author")
        message = sending.Message.objects.select_related(*parts).filter(pk=message_id).first()
        if message and message.state in ("queued", "sending"):
            message.state, message.attempted_at = "sending", timezone.now()
            message.save(update_fields=["state", "attempted_at"])
            return message
        return None

    sending.claim = claim


def resend_the_unknown(sending: ModuleType) -> None:
    """What may have been sent is sent again."""
    sending.doubt = lambda message: False
    settle = sending.settle

    def again(message, outcome):  # type: ignore[no-untyped-def]
        if isinstance(outcome, sending.Unknown):
            sending.give_back(message, attempts=message.attempts + 1)
            return 1.0
        return settle(message, outcome)

    sending.settle = again


BUGS: dict[str, tuple[str, Callable[[ModuleType], None]]] = {
    "acknowledge before commit": ("messaging.actions.deliveries", acknowledge_before_commit),
    "forget what is known": ("messaging.actions.inbound", forget_what_is_known),
    "last writer wins": ("messaging.actions.states", last_writer_wins),
    "send without claim": ("messaging.actions.sending", send_without_claim),
    "resend the unknown": ("messaging.actions.sending", resend_the_unknown),
}


class Planter(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Lets the usual loader run, then the bug."""

    def __init__(self, name: str, plant: Callable[[ModuleType], None]):
        self.name, self.plant = name, plant

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None):  # type: ignore[no-untyped-def]
        if name != self.name:
            return None
        found = importlib.machinery.PathFinder.find_spec(name, path, target)
        assert found is not None
        self.loader, found.loader = found.loader, self
        return found

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        assert self.loader is not None
        self.loader.exec_module(module)
        self.plant(module)


if bug := os.environ.get("PLANTED_BUG"):
    sys.meta_path.insert(0, Planter(*BUGS[bug]))
