"""The intake beside the jobs: woken by a notification when a delivery was stored, and by a poll when that was lost."""

import logging
import threading

import psycopg
from django.db import DatabaseError, close_old_connections

from helpdesk.realtime.address import direct_address
from messaging.actions.intake import drain
from messaging.actions.intake_signal import CHANNEL

POLL_SECONDS = 4.0
PAUSE_AFTER_TROUBLE = 1.0
logger = logging.getLogger(__name__)


class IntakeLoop(threading.Thread):
    """Drains until nothing is left, then waits for the next call. `stop()` ends it after the batch at hand."""

    def __init__(self) -> None:
        super().__init__(name="intake", daemon=True)
        self._stopping = threading.Event()

    def stop(self) -> None:
        self._stopping.set()
        self.join(10)

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                with psycopg.connect(direct_address("intake"), autocommit=True) as ear:
                    ear.execute(f"LISTEN {CHANNEL}")
                    self._listen(ear)
            except (psycopg.Error, DatabaseError) as error:
                logger.warning("the intake lost the database and tries again: %s", error)
                self._stopping.wait(PAUSE_AFTER_TROUBLE)

    def _listen(self, ear: "psycopg.Connection[tuple[object, ...]]") -> None:
        while not self._stopping.is_set():
            self._drain()
            for _ in ear.notifies(timeout=POLL_SECONDS, stop_after=1):
                pass

    def _drain(self) -> None:
        close_old_connections()
        try:
            while drain() and not self._stopping.is_set():
                pass
        finally:
            close_old_connections()
