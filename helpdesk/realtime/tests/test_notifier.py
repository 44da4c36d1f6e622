import threading
import time
from collections.abc import Iterator

import psycopg
import pytest

from helpdesk.accounts.tenancy import workspace_scope
from helpdesk.realtime import notifier as module
from helpdesk.realtime.address import direct_address
from helpdesk.realtime.notifier import CHANNEL, INTERVAL, Notifier
from helpdesk.realtime.publish import publish


@pytest.fixture
def notifier(db: None) -> Iterator[Notifier]:
    notifier = Notifier()
    yield notifier
    notifier.stop()


@pytest.fixture
def ear(db: None) -> Iterator[psycopg.Connection]:
    with psycopg.connect(direct_address("ear"), autocommit=True) as ear:
        ear.execute(f"LISTEN {CHANNEL}".encode())
        yield ear


def hear(ear: psycopg.Connection, timeout: float = 0.5) -> list[str]:
    return [call.payload for call in ear.notifies(timeout=timeout)]


def test_a_commit_is_heard(workspace, ear):
    with workspace_scope(workspace):
        publish(workspace.pk, "message", 5)

    assert hear(ear) == [str(workspace.pk)]


def test_a_burst_is_one_or_two_calls(notifier, ear):
    for _ in range(100):
        for workspace_id in (3, 1, 2):
            notifier.wake(workspace_id)

    calls = hear(ear)

    assert len(calls) <= 2
    assert {each for call in calls for each in call.split(",")} == {"1", "2", "3"}


def test_calls_keep_their_distance(notifier, ear):
    end = time.monotonic() + 10 * INTERVAL
    while time.monotonic() < end:
        notifier.wake(1)
        time.sleep(0.001)

    assert 2 <= len(hear(ear)) <= 12


def test_any_number_of_workspaces_fits_the_payload(notifier, ear):
    ids = [10**18 + number for number in range(2000)]
    for each in ids:
        notifier.wake(each)
    notifier.stop()

    calls = hear(ear)

    assert max(map(len, calls)) < 8000
    assert sorted(int(each) for call in calls for each in call.split(",")) == ids


def test_stopping_sends_what_is_pending_and_closes(notifier, ear):
    notifier.wake(1)
    notifier.stop()

    assert hear(ear, 0.05) == ["1"]
    assert "notifier" not in [thread.name for thread in threading.enumerate()]


def test_a_connection_that_was_cut_is_replaced(notifier, ear):
    notifier.wake(1)
    first = hear(ear)
    ear.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'helpdesk notifier' AND datname = current_database()"
    )
    notifier.wake(2)

    assert (first, hear(ear)) == (["1"], ["2"])


def test_a_database_that_is_away_costs_the_caller_nothing(notifier, monkeypatch, caplog):
    monkeypatch.setattr(module, "direct_address", lambda name: "host=/nonexistent dbname=none")

    started = time.monotonic()
    notifier.wake(1)
    waited = time.monotonic() - started
    notifier.stop()

    assert waited < 0.05
    assert "no wake-up call for 1 workspaces" in caplog.text
