"""Wake-up calls to the stream processes: after commit, in batches, on a connection of their own.

NOTIFY inside a writing transaction takes a lock that commits queue for and costs a third of the write throughput or
more. A call that is lost costs little: the streams look for events by themselves every two seconds.
"""

import atexit
import logging
import threading

import psycopg

from helpdesk.realtime.address import direct_address

CHANNEL = "helpdesk_events"
INTERVAL = 0.05
IDLE = 60.0
IDS_A_CALL = 350  # 350 ids of up to 20 digits with commas stay below NOTIFY's 8,000 bytes
LAST_WAIT = 2.0

log = logging.getLogger(__name__)


class Notifier:
    """Collects workspace ids and sends them from a thread, at most once every `INTERVAL` seconds.

    The thread and its connection exist while there is something to say; `IDLE` seconds of silence end them.
    """

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._pending: set[int] = set()
        self._thread: threading.Thread | None = None
        self._is_stopping = False
        atexit.register(self.stop)

    def wake(self, workspace_id: int) -> None:
        """Have the streams look for events of a workspace soon. Never waits and never fails."""
        with self._condition:
            self._pending.add(workspace_id)
            if self._thread is None or not self._thread.is_alive():
                self._is_stopping = False
                self._thread = threading.Thread(target=self._run, name="notifier", daemon=True)
                self._thread.start()
            self._condition.notify_all()

    def stop(self) -> None:
        """Send what is pending and close the connection; the next `wake` opens another."""
        with self._condition:
            thread = self._thread
            self._is_stopping = True
            self._condition.notify_all()
        if thread is not None and thread.is_alive():
            thread.join(LAST_WAIT)

    def _run(self) -> None:
        caller = Caller()
        while ids := self._next():
            caller.call(ids)
            with self._condition:
                self._condition.wait_for(lambda: self._is_stopping, INTERVAL)
        caller.hang_up()

    def _next(self) -> list[int]:
        """Wait for ids; return none when the thread is to end, which is decided under the lock that `wake` takes."""
        with self._condition:
            self._condition.wait_for(lambda: self._pending or self._is_stopping, IDLE)
            ids = sorted(self._pending)
            self._pending.clear()
            if not ids:
                self._thread = None
            return ids


class Caller:
    """The connection that NOTIFY goes out on."""

    def __init__(self) -> None:
        self._connection: psycopg.Connection | None = None

    def call(self, ids: list[int]) -> None:
        """Send the ids. A connection that went stale is replaced once; then the streams' own look has to do."""
        try:
            try:
                self._send(ids)
            except psycopg.OperationalError:
                self.hang_up()
                self._send(ids)
        except psycopg.Error as error:
            self.hang_up()
            log.warning("no wake-up call for %d workspaces: %s", len(ids), error)

    def hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _send(self, ids: list[int]) -> None:
        if self._connection is None:
            self._connection = psycopg.connect(direct_address("notifier"), autocommit=True)
        for start in range(0, len(ids), IDS_A_CALL):
            payload = ",".join(map(str, ids[start : start + IDS_A_CALL]))
            self._connection.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload])


notifier = Notifier()
