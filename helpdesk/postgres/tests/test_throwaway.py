"""A command gets a database of its own, and nothing of it stays."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from helpdesk.postgres.process import wait_until
from helpdesk.postgres.server import Server

RUN = [sys.executable, "-m", "helpdesk.postgres.throwaway", sys.executable, "-c"]
ASK = """
import os, psycopg
print(psycopg.connect(os.environ["DATABASE_URL"]).execute("SELECT current_user").fetchone()[0], os.environ["PGHOST"])
"""


@pytest.fixture
def environment(folder):
    return {**os.environ, "HELPDESK_DATA": str(folder)}


def test_the_command_gets_a_database_that_is_gone_afterwards(environment, folder):
    done = subprocess.run([*RUN, ASK], env=environment, capture_output=True, text=True, check=True)

    role, sockets = done.stdout.split()
    assert role == "helpdesk_app"
    assert not Path(sockets).exists()
    assert list(folder.iterdir()) == []


def test_the_status_of_the_command_is_passed_on(environment):
    assert subprocess.run([*RUN, "raise SystemExit(3)"], env=environment, check=False).returncode == 3


def test_a_stopped_run_leaves_nothing(environment, folder):
    process = subprocess.Popen([*RUN, "import time; time.sleep(60)"], env=environment)
    assert wait_until(lambda: any(Server(path).is_running for path in folder.glob("*/postgres")), seconds=30)

    process.send_signal(signal.SIGTERM)

    assert process.wait(30) == 130
    assert list(folder.iterdir()) == []


def test_what_a_killed_run_left_is_removed_by_the_next(environment, folder):
    process = subprocess.Popen([*RUN, "import time; time.sleep(60)"], env=environment)
    assert wait_until(lambda: any(Server(path).is_running for path in folder.glob("*/postgres")), seconds=30)
    process.kill()
    process.wait()

    subprocess.run([*RUN, "pass"], env=environment, check=True)

    assert list(folder.iterdir()) == []
