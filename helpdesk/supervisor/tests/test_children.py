"""A program that ended is started again: at once as a rule, later and later when it ends each time."""

import os
import signal
import time
from pathlib import Path

import pytest

from helpdesk.postgres.process import wait_until
from helpdesk.supervisor import children
from helpdesk.supervisor.children import Child, python, stop_all

SLEEP = "import time; time.sleep(60)"


@pytest.fixture
def child():
    made = Child("sleeper", python("-c", SLEEP), os.environ)
    yield made
    made.kill()


def next_process(child: Child) -> int:
    assert wait_until(child.tend, seconds=10)
    if child.pid is None:
        assert wait_until(child.tend, seconds=10)
    assert child.pid is not None
    return child.pid


def test_a_killed_program_runs_again_within_two_seconds(child):
    first = next_process(child)
    os.kill(first, signal.SIGKILL)
    killed_at = time.monotonic()

    second = next_process(child)

    assert second != first
    assert time.monotonic() - killed_at < 2


def test_a_running_program_is_left_alone(child):
    first = next_process(child)

    assert not child.tend()
    assert child.pid == first


def test_what_a_dead_program_started_ends_with_it(tmp_path):
    note = tmp_path / "pid"
    program = f"""
import pathlib, subprocess, sys, time
helper = subprocess.Popen([sys.executable, "-c", {SLEEP!r}])
pathlib.Path({str(note)!r}).write_text(str(helper.pid))
time.sleep(60)
"""
    child = Child("parent", python("-c", program), os.environ)
    parent = next_process(child)
    assert wait_until(lambda: note.exists() and bool(note.read_text()), seconds=10)
    helper = int(note.read_text())

    os.kill(parent, signal.SIGKILL)
    next_process(child)

    assert wait_until(lambda: not is_alive(helper), seconds=5)
    child.kill()


def test_a_program_that_cannot_start_is_tried_less_and_less(capfd):
    child = Child("broken", python("-c", "raise SystemExit(1)"), os.environ)

    for _ in range(3):
        next_process(child)
        assert wait_until(child.tend, seconds=5)

    waits = [line.split()[-2] for line in capfd.readouterr().out.splitlines()]
    assert waits == ["0.5", "1.0", "2.0"]


def test_everything_is_asked_to_stop_before_it_is_made_to(tmp_path, monkeypatch):
    monkeypatch.setattr(children, "STOP_SECONDS", 1)
    note = tmp_path / "said goodbye"
    polite = f"""
import pathlib, signal, sys, time
def leave(*_):
    pathlib.Path({str(note)!r}).touch()
    sys.exit()
signal.signal(signal.SIGTERM, leave)
print("ready", flush=True)
time.sleep(60)
"""
    stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    started = [Child("polite", python("-c", polite), os.environ), Child("stubborn", python("-c", stubborn), os.environ)]
    pids = [next_process(child) for child in started]
    assert wait_until(lambda: all(handles_sigterm(pid) for pid in pids), seconds=10)

    stop_all(started)

    assert note.exists()
    assert not any(is_alive(pid) for pid in pids)


def handles_sigterm(pid: int) -> bool:
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    bit = 1 << (signal.SIGTERM - 1)
    return bool((int(status["SigCgt"], 16) | int(status["SigIgn"], 16)) & bit)


def is_alive(pid: int) -> bool:
    """A zombie waits for its parent; it does nothing any more."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except FileNotFoundError:
        return False
