"""Starts and ends the server process, and waits until it really has."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from helpdesk.postgres import cluster
from helpdesk.postgres.account import Account
from helpdesk.postgres.errors import PostgresError
from helpdesk.postgres.postmaster import clear_stale_locks, read_postmaster

READY_SECONDS = 300  # recovery after a crash replays what was written since the last checkpoint
STOP_SECONDS = 30
CRASHED_SECONDS = 10  # the processes of a killed server need a moment to notice and leave its shared memory
STILL_DYING = b"is still in use"


def spawn(
    binaries: Path, data: Path, sockets: Path, *, account: Account, log: Path, durable: bool
) -> subprocess.Popen[bytes]:
    """Start a server and return when it takes connections; raise `PostgresError` with its last words otherwise."""
    command = [str(binaries / "postgres"), "-D", str(data), *cluster.settings(sockets, durable=durable)]
    give_up = time.monotonic() + CRASHED_SECONDS
    while True:
        clear_stale_locks(data, sockets)
        log.touch(mode=0o600)  # a failed statement is logged with the data in it
        with log.open("ab") as output:
            already_logged = output.tell()
            process = subprocess.Popen(
                command,
                cwd="/",
                env=cluster.environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                **account.process_options,
            )
        if _becomes_ready(process, data):
            return process
        words = log.read_bytes()[already_logged:]
        if STILL_DYING not in words or time.monotonic() > give_up:
            reason = words.decode(errors="replace").strip()
            raise PostgresError(f"PostgreSQL did not start; it said in {log}:\n{reason}")
        time.sleep(0.2)


def end(postmaster: Callable[[], int | None], how: signal.Signals) -> None:
    """Send the signal, then stronger ones, until `postmaster` finds no process any more."""
    for step in (how, signal.SIGQUIT, signal.SIGKILL):
        pid = postmaster()
        if pid is None:
            return
        os.kill(pid, step)
        if wait_until(lambda: postmaster() is None, STOP_SECONDS):
            return
    raise PostgresError("PostgreSQL does not stop.")


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Look every few milliseconds, for so many seconds at most, and say whether the condition came true."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _becomes_ready(process: subprocess.Popen[bytes], data: Path) -> bool:
    """Wait until the process is ready or dead; a crashed server's file says ready too, so the numbers are compared."""

    def decided() -> bool:
        return process.poll() is not None or is_ready()

    def is_ready() -> bool:
        postmaster = read_postmaster(data)
        return postmaster is not None and postmaster.pid == process.pid and postmaster.is_ready

    wait_until(decided, READY_SECONDS)
    return is_ready()
