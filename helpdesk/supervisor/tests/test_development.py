"""The whole product as `bin/dev` runs it: what dies comes back, and nothing outlives it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import httpx
import pytest

from helpdesk.postgres.process import wait_until
from helpdesk.postgres.server import Server
from helpdesk.supervisor.folder import CHECKOUT, DataFolder
from helpdesk.supervisor.system import free_port
from helpdesk.supervisor.tests.test_children import is_alive

pytestmark = pytest.mark.fault
FOR_TESTS = ("DATABASE_URL", "DATABASE_OWNER_URL", "HELPDESK_DATA", "HELPDESK_MODE", "DJANGO_SETTINGS_MODULE")
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in FOR_TESTS}


class Run:
    """One run of `bin/dev`, without its demonstration."""

    def __init__(self, folder: DataFolder, port: int):
        self.folder = folder
        self.url = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "helpdesk.supervisor", "--no-demo", "--port", str(port)]
        self.process = subprocess.Popen(
            [*command, "--data", str(folder.path)], cwd=CHECKOUT, env=ENVIRONMENT, stdout=subprocess.DEVNULL
        )
        assert wait_until(lambda: self.pids().get("supervisor") == self.process.pid and self.is_ready(), seconds=90)

    def pids(self) -> dict[str, int]:
        found: dict[str, int] = self.folder.record().get("pids", {})
        return found

    def is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/readyz", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False

    def end(self, how: signal.Signals) -> dict[str, int]:
        """Signal the supervisor and return the processes that there were."""
        before = self.pids()
        self.process.send_signal(how)
        self.process.wait(30)
        return before


def manage(folder: DataFolder, *command: str) -> "subprocess.CompletedProcess[str]":
    whole = [sys.executable, "-m", "helpdesk.supervisor.manage", "--data", str(folder.path), *command]
    return subprocess.run(whole, cwd=CHECKOUT, env=ENVIRONMENT, capture_output=True, text=True, check=False)


@contextmanager
def temporary_folder() -> Iterator[DataFolder]:
    """Make a folder that PostgreSQL can enter, even when root runs the tests."""
    path = Path(mkdtemp(prefix="helpdesk-supervisor-"))
    path.chmod(0o711)
    yield DataFolder(path)
    Server(path / "postgres").discard()
    rmtree(path)


@pytest.fixture(scope="module")
def running() -> Iterator[Run]:
    with temporary_folder() as folder:
        run = Run(folder, free_port())
        yield run
        run.end(signal.SIGTERM)


@pytest.fixture(scope="module")
def folder() -> Iterator[DataFolder]:
    """The data of a product that is not running."""
    with temporary_folder() as made:
        yield made


@pytest.mark.parametrize("name", ["web", "worker", "simulator", "postgres"])
def test_what_is_killed_comes_back(running, name):
    before = running.pids()[name]

    os.kill(before, signal.SIGKILL)

    assert wait_until(lambda: running.pids().get(name, before) != before, seconds=10)
    assert wait_until(running.is_ready, seconds=60)


def test_a_second_start_says_where_the_first_is(running):
    command = [sys.executable, "-m", "helpdesk.supervisor", "--data", str(running.folder.path)]

    second = subprocess.run(command, cwd=CHECKOUT, env=ENVIRONMENT, capture_output=True, text=True, check=False)

    assert second.returncode == 1
    assert running.url in second.stderr
    assert running.is_ready()


def test_a_command_uses_the_running_database(running):
    done = manage(running.folder, "shell", "-c", "from django.conf import settings; print(settings.PUBLIC_URL)")

    assert done.stdout.splitlines()[-1] == running.url
    assert running.is_ready()


def test_a_taken_port_is_told(running):
    other = Path(mkdtemp(prefix="helpdesk-supervisor-"))
    port = running.url.rpartition(":")[2]
    command = [sys.executable, "-m", "helpdesk.supervisor", "--port", port, "--data", str(other)]

    second = subprocess.run(command, cwd=CHECKOUT, env=ENVIRONMENT, capture_output=True, text=True, check=False)

    assert second.stderr.strip() == f"Port {port} is taken; choose another one with --port."
    rmtree(other)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_outlives_the_supervisor_and_it_starts_again(folder, how):
    port = free_port()
    ended = Run(folder, port).end(how)

    again = Run(folder, port)

    assert not any(is_alive(pid) for pid in ended.values())
    again.end(signal.SIGTERM)
    assert not Server(folder.postgres).is_running


def test_a_command_starts_the_database_for_itself(folder):
    done = manage(folder, "check", "--database", "default")

    assert done.returncode == 0, done.stderr
    assert not Server(folder.postgres).is_running
