"""Programs that are kept running, each in a process group of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from helpdesk.supervisor.folder import CHECKOUT

QUICK_SECONDS = 5  # a program that ended sooner is probably going to do it again
LONGEST_WAIT = 10.0
LONGEST_WAIT_AFTER_KILL = 1.5  # somebody killed it: that is no fault of its own
STOP_SECONDS = 6


def tell(sentence: str) -> None:
    """Say something to the person at the terminal."""
    print(sentence, flush=True)


class Child:
    """One program; `tend` it often, and it is started again whenever it ended."""

    def __init__(self, name: str, command: Sequence[str], environment: Mapping[str, str], folder: Path = CHECKOUT):
        self.name = name
        self._command = command
        self._environment = environment
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._due_at = 0.0
        self._quick_ends = 0

    @property
    def pid(self) -> int | None:
        """Return the number of its process, which is also that of its group; None between two runs."""
        return self._process.pid if self._process else None

    def tend(self) -> bool:
        """Start it when it is due, and clean up when it ended; say whether its process is another one now."""
        if self._process is None:
            if time.monotonic() < self._due_at:
                return False
            self._start()
            return True
        status = self._process.poll()
        if status is None:
            return False
        self.kill()
        wait = self._plan_restart(status)
        tell(f"{self.name} ended with status {status}; it starts again in {wait:.1f} s.")
        return True

    def ask_to_stop(self) -> None:
        """Ask it to end; its own helpers are its own business."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def kill(self) -> None:
        """End it and everything it started at once."""
        if self._process is not None:
            kill_group(self._process.pid)
            self._process.wait()
            self._process = None

    def wait(self, seconds: float) -> None:
        """Wait until it ended, so many seconds at most."""
        if self._process is not None:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(seconds)

    def _start(self) -> None:
        self._started_at = time.monotonic()
        self._process = subprocess.Popen(
            self._command,
            cwd=self._folder,
            env=dict(self._environment),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _plan_restart(self, status: int) -> float:
        now = time.monotonic()
        self._quick_ends = self._quick_ends + 1 if now - self._started_at < QUICK_SECONDS else 0
        longest = LONGEST_WAIT_AFTER_KILL if status < 0 else LONGEST_WAIT
        wait = min(0.25 * 2**self._quick_ends, longest) if self._quick_ends else 0.0
        self._due_at = now + wait
        return wait


def stop_all(children: Sequence[Child]) -> None:
    """Ask all to end, wait a moment, and end what is left."""
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        child.ask_to_stop()
    for child in children:
        child.wait(max(0.0, deadline - time.monotonic()))
        child.kill()


def kill_group(group: int) -> None:
    """End a process group; it may be gone already."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def python(*arguments: str) -> list[str]:
    """Return a command of our own Python."""
    return [sys.executable, *arguments]
