"""The whole product as real processes, and the means to hurt it: used by the tests of what must survive."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import psycopg

CHECKOUT = Path(__file__).resolve().parent.parent.parent
PLANTED = CHECKOUT / "tests" / "planted"
NOT_THEIRS = ("DATABASE_URL", "DATABASE_OWNER_URL", "HELPDESK_MODE", "HELPDESK_TEST_STAGE", "DJANGO_SETTINGS_MODULE")


class Product:
    """`bin/dev` with a data folder of its own. `bug` names a planted bug that its processes run with."""

    def __init__(self, folder: Path, *, bug: str = ""):
        self.folder = folder
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = (folder.parent / "product.log").open("ab")
        self._environment = {key: value for key, value in os.environ.items() if key not in NOT_THEIRS}
        if bug:
            self._environment |= {"PYTHONPATH": str(PLANTED), "PLANTED_BUG": bug}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "helpdesk.supervisor", "--no-demo", "--port", str(self.port), "--data", str(folder)],
            cwd=CHECKOUT,
            env=self._environment,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )

    def wait_until_ready(self, seconds: float = 60) -> None:
        """Wait for /readyz: pages, database, worker."""
        wait_for(lambda: self._is_ready(), seconds, "the product was not ready")

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise
        finally:
            self._log.close()

    @property
    def simulator_url(self) -> str:
        return str(self._record()["simulator"])

    def manage(self, *command: str, typed: str = "") -> Any:
        """Run a management command that answers in JSON; `typed` is its standard input."""
        done = subprocess.run(
            [sys.executable, "-m", "helpdesk.supervisor.manage", "--data", str(self.folder), *command],
            cwd=CHECKOUT,
            env=self._environment,
            capture_output=True,
            input=typed,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else None

    def kill(self, name: str) -> None:
        """SIGKILL one of web, worker, simulator and all that it started; the supervisor starts it again."""
        before = self.pid(name)
        with suppress(ProcessLookupError):
            os.killpg(before, signal.SIGKILL)
        wait_for(lambda: self.pid(name, missing=before) != before, 20, f"{name} did not come back")

    @contextmanager
    def paused(self, name: str) -> Iterator[None]:
        """SIGSTOP a program's processes, and let them go on afterwards."""
        group = self.pid(name)
        os.killpg(group, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(group, signal.SIGCONT)

    def kill_postgres(self) -> None:
        """SIGKILL the postmaster, as a crash of the database; its children follow it."""
        before = self.pid("postgres")
        os.kill(before, signal.SIGKILL)
        wait_for(lambda: self.pid("postgres", missing=before) != before, 60, "PostgreSQL did not come back")

    def pid(self, name: str, missing: int = 0) -> int:
        return int(self._record().get("pids", {}).get(name, missing))

    def rows(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Ask the database as its owner, who is under no policy."""
        with psycopg.connect(self._record()["database_owner_url"], autocommit=True) as owner:
            return owner.execute(query, parameters).fetchall()

    def execute(self, statement: str) -> None:
        with psycopg.connect(self._record()["database_owner_url"], autocommit=True) as owner:
            owner.execute(statement)

    def count(self, query: str, *parameters: object) -> int:
        return int(self.rows(query, *parameters)[0][0])

    def _record(self) -> dict[str, Any]:
        with suppress(FileNotFoundError, json.JSONDecodeError):
            found: dict[str, Any] = json.loads((self.folder / "run.json").read_text())
            return found
        return {}

    def _is_ready(self) -> bool:
        assert self._process.poll() is None, "the supervisor ended"
        try:
            return httpx.get(f"{self.url}/readyz", timeout=3).status_code == 200
        except httpx.HTTPError:
            return False


def wait_for(condition: Callable[[], object], seconds: float, complaint: str) -> None:
    """Ask again and again until it is so."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, complaint
        time.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as attempt:
        attempt.bind(("127.0.0.1", 0))
        return int(attempt.getsockname()[1])
