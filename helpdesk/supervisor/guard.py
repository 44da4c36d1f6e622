"""Cleans up after a supervisor that was killed: `python -m helpdesk.supervisor.guard DIR`.

It reads the process groups to end, all in one line, again and again from its standard input. That closes when the
supervisor is gone, however it went. It also holds the supervisor's lock, so that nobody starts before it is done.
"""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from helpdesk.supervisor.children import kill_group, python
from helpdesk.supervisor.folder import CHECKOUT, DataFolder
from helpdesk.supervisor.system import END_SIGNALS

PATIENCE_SECONDS = 3


class Guard:
    """The supervisor's side: start it, tell it what to end, and let it go."""

    def __init__(self, folder: DataFolder, lock: int):
        self._process = subprocess.Popen(
            python("-m", "helpdesk.supervisor.guard", str(folder.path)),
            cwd=CHECKOUT,
            stdin=subprocess.PIPE,
            start_new_session=True,
            pass_fds=[lock],
            text=True,
        )

    def tell(self, groups: list[int]) -> None:
        """Name the process groups that must not outlive us."""
        if self._process.stdin:
            with suppress(BrokenPipeError):
                self._process.stdin.write(" ".join(str(group) for group in groups) + "\n")
                self._process.stdin.flush()

    def dismiss(self) -> None:
        """End it; nothing is left to guard."""
        self.tell([])
        self._process.communicate()


def main(path: str) -> None:
    """Wait for the end of the supervisor and end what it started."""
    for number in END_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    groups: list[int] = []
    for line in sys.stdin:
        groups = [int(group) for group in line.split()]
    from helpdesk.postgres.server import Server  # late: a start waits for nothing that only its end needs

    folder = DataFolder(Path(path))
    folder.forget_record()
    _end(groups)
    Server(folder.postgres).stop()


def _end(groups: list[int]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    for group in groups:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(group, signal.SIGTERM)
    while any(_exists(group) for group in groups) and time.monotonic() < deadline:
        time.sleep(0.05)
    for group in groups:
        kill_group(group)


def _exists(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    main(sys.argv[1])
