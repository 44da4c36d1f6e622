"""The data folder of an installation on one machine: what lies in it, and the environment that programs get from it."""

import fcntl
import json
import os
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

from helpdesk.supervisor.system import free_port, is_free

CHECKOUT = Path(__file__).resolve().parent.parent.parent
DEFAULT_PORT = 8000
PRIVATE = ("files", "mail", "simulator")  # customers' files, links for new passwords, credentials of the stand-in
TAKE_OVER_SECONDS = 20  # what a killed supervisor started is ended before its lock is free


class AlreadyRunning(Exception):
    """Another supervisor has the data folder; the text is a sentence for the person at the terminal."""


class DataFolder:
    """One data folder, by default `var` in the checkout."""

    def __init__(self, path: Path | None = None):
        self.path = (path or Path(os.environ.get("HELPDESK_DATA") or CHECKOUT / "var")).absolute()
        self.path.mkdir(parents=True, exist_ok=True, mode=0o711 if os.geteuid() == 0 else 0o700)
        for name in PRIVATE:
            (self.path / name).mkdir(exist_ok=True)
            (self.path / name).chmod(0o700)
        self.postgres = self.path / "postgres"
        self.demo = self.path / "demo.json"
        self._record = self.path / "run.json"

    def environment(self, *, port: int, database: Mapping[str, str]) -> dict[str, str]:
        """Return the environment of every program: what the person set wins, but for what must fit together.

        `database` is empty when the person named a database of their own.
        """
        ours = {
            "ALLOWED_HOSTS": "localhost,127.0.0.1",
            "EMAIL_URL": f"filemail:///{quote(str(self.path / 'mail'))}",
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "SECRET_KEY": self._kept("secret_key", lambda: secrets.token_urlsafe(50)),
        }
        fixed = {
            "HELPDESK_MODE": "development",
            "HELPDESK_DATA": str(self.path),
            "SIMULATOR": "true",
            "SIMULATOR_URL": f"http://127.0.0.1:{self.simulator_port()}",
            **database,
        }
        theirs = {name: value for name, value in os.environ.items() if not (database and name.startswith("PG"))}
        theirs.pop("PYTHONDONTWRITEBYTECODE", None)
        return {**ours, **theirs, **fixed}

    def simulator_port(self, *, must_be_free: bool = False) -> int:
        """Return the simulator's port, the same at every start while it is free, so that `bin/manage` knows it too."""
        port = int(self._kept("simulator_port", lambda: str(free_port())))
        if must_be_free and not is_free(port):
            (self.path / "simulator_port").unlink()
            return self.simulator_port()
        return port

    @property
    def migrated(self) -> str:
        """Return the fingerprint of the last `migrate`; nothing before the first."""
        path = self.path / "migrated"
        return path.read_text() if path.exists() else ""

    @migrated.setter
    def migrated(self, fingerprint: str) -> None:
        (self.path / "migrated").write_text(fingerprint)

    @contextmanager
    def supervised(self) -> Iterator[int]:
        """Be the folder's only supervisor, and yield the lock's file number; raise `AlreadyRunning` otherwise."""
        with (self.path / "supervisor.lock").open("a") as lock:
            self._acquire(lock)
            yield lock.fileno()

    def record(self) -> dict[str, Any]:
        """Return what the running supervisor says about itself; nothing when none is running."""
        return self._read(self._record)

    def write_record(self, record: Mapping[str, Any]) -> None:
        """Say what runs here, for `bin/manage` and for tests."""
        self._write(self._record, record)

    def people(self) -> list[dict[str, str]]:
        """Return who can sign in to the demonstration, and how."""
        found: list[dict[str, str]] = self._read(self.demo).get("people", [])
        return found

    def tell_demo(self, address: str) -> None:
        """Keep the demonstration's file right about where the product is."""
        demo = self._read(self.demo)
        if demo and demo.get("address") != address:
            self._write(self.demo, {**demo, "address": address})

    def forget_record(self) -> None:
        """Say that nothing runs here."""
        self._record.unlink(missing_ok=True)

    def _acquire(self, lock: IO[str]) -> None:
        patient_until = time.monotonic() + TAKE_OVER_SECONDS
        sure_at = time.monotonic() + 1
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                running = self.record()
                if (running and time.monotonic() > sure_at) or time.monotonic() > patient_until:
                    where = running.get("address", "an address that it has not told yet")
                    raise AlreadyRunning(f"It already runs with {self.path}, at {where}.") from None
                time.sleep(0.1)
            else:
                return

    def _read(self, path: Path) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads(path.read_text())
        except FileNotFoundError:
            return {}
        return found

    def _write(self, path: Path, values: Mapping[str, Any]) -> None:
        unfinished = path.with_suffix(".new")
        unfinished.touch(mode=0o600)
        unfinished.write_text(json.dumps(values, indent=2) + "\n")
        unfinished.replace(path)

    def _kept(self, name: str, make: Callable[[], str]) -> str:
        path = self.path / name
        try:
            number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text()
        with os.fdopen(number, "w") as file:
            value = make()
            file.write(value)
        return value
