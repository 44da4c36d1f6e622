"""A busy process that publishes events, some of them in transactions that commit late."""

import random
import threading
import time

from helpdesk.realtime.notifier import notifier
from helpdesk.realtime.tests.committed import Writer


class Press(threading.Thread):
    """Publishes numbered events in many transactions; every fifth commits up to two seconds late, some never call."""

    def __init__(self, workspace: int):
        super().__init__()
        self.published: list[int] = []
        self.is_done = threading.Event()
        self._workspace = workspace
        self._late: list[tuple[float, Writer]] = []
        self._chance = random.Random(7)

    def run(self) -> None:
        swift = Writer(self._workspace)
        while not self.is_done.is_set():
            for subject in range(len(self.published) + 1, len(self.published) + 4):
                writer = Writer(self._workspace) if subject % 5 == 0 else swift
                writer.publish("message", subject)
                self.published.append(subject)
                if writer is swift:
                    self._commit(writer)
                else:
                    self._late.append((time.monotonic() + self._chance.uniform(0.1, 2), writer))
            self._commit_late(before=time.monotonic())
            time.sleep(0.05)
        self._commit_late(before=float("inf"))
        swift.close()

    def _commit_late(self, before: float) -> None:
        for due, writer in [each for each in self._late if each[0] <= before]:
            self._commit(writer)
            writer.close()
            self._late.remove((due, writer))

    def _commit(self, writer: Writer) -> None:
        writer.commit()
        if self._chance.random() < 0.9:
            notifier.wake(self._workspace)
