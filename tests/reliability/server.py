"""A real server process for the tests that stop and kill it."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connection

LOOP = "127.0.0.1"
OPTIONS = "--interface asgi --http 1 --backlog 2048 --backpressure 2048 --workers-kill-timeout 10"


class Server:
    """granian with one of the product's ASGI applications, on the tests' database.

    `address` names the environment variable whose role it connects with.
    """

    def __init__(self, application: str, address: str = "DATABASE_URL"):
        with socket.socket() as probe:
            probe.bind((LOOP, 0))
            self.port: int = probe.getsockname()[1]
        place = ("--host", LOOP, "--port", str(self.port))
        self._command = [sys.executable, "-m", "granian", *OPTIONS.split(), *place, application]
        database = urlsplit(os.environ[address])._replace(path=f"/{connection.settings_dict['NAME']}")
        self._environment = {**os.environ, "DATABASE_URL": database.geturl()}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until the port answers."""
        self._process = subprocess.Popen([*self._command, "--no-log"], env=self._environment, start_new_session=True)
        end = time.monotonic() + 20
        while not self._answers():
            assert self._process.poll() is None, "the server did not start"
            assert time.monotonic() < end, "the server does not answer"
            time.sleep(0.05)

    def run_to_its_end(self) -> str:
        """Start what is expected to stop by itself, and return what it said."""
        done = subprocess.run(
            self._command, env=self._environment, capture_output=True, text=True, timeout=20, check=False
        )
        assert done.returncode != 0
        return done.stdout + done.stderr

    def kill(self) -> None:
        """End every process of it at once, as a lack of memory or power does."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(10)

    def stop(self) -> float:
        """Ask it to stop and return how many seconds that took."""
        assert self._process is not None
        started = time.monotonic()
        self._process.terminate()
        self._process.wait(20)
        return time.monotonic() - started

    def clean_up(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self.kill()

    def memory(self, field: str = "VmRSS") -> int:
        """Return the memory of the worker process in bytes; `VmHWM` is the most that it ever had."""
        assert self._process is not None
        main = self._process.pid
        worker = Path(f"/proc/{main}/task/{main}/children").read_text().split()[-1]
        lines = Path(f"/proc/{worker}/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{field}:"))

    def _answers(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex((LOOP, self.port)) == 0
