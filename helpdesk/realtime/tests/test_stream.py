"""What an open stream delivers: each event of its workspace once, whatever happens around it."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from helpdesk.accounts.models import Member, Workspace
from helpdesk.realtime import client, feed, queries
from helpdesk.realtime.cursor import MOST_CHANGES, current_cursor
from helpdesk.realtime.database import StreamDatabase
from helpdesk.realtime.tests.browsers import Site
from helpdesk.realtime.tests.committed import Writer, as_owner
from helpdesk.realtime.tests.conftest import sign_in
from helpdesk.realtime.tests.test_cursor import grow_old, tell


@pytest.fixture(autouse=True)
def _look_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "LOOK_EVERY", 0.2)


@pytest.fixture
def key(agent: Member) -> str:
    return sign_in(agent)


def test_a_change_arrives_with_its_ids_and_nothing_else(site, workspace, key, writer):
    browser = site.open(key)
    process = writer()
    process.publish("message", 5, 7)
    process.publish("conversation", 5)
    process.commit()

    frame = browser.frame()

    assert frame is not None
    assert frame.event == "change"
    assert frame.data == {
        "events": [
            {"kind": "message", "subject": 5, "part": 7},
            {"kind": "conversation", "subject": 5, "part": None},
        ]
    }


def test_a_call_brings_it_at_once(site, workspace, key, writer, monkeypatch):
    monkeypatch.setattr(feed, "LOOK_EVERY", 60.0)
    browser = site.open(key)
    time.sleep(0.3)
    tell(workspace, 1)

    assert browser.events(timeout=2) == [("conversation", 1, None)]

    silent = writer()
    silent.publish("message", 2)
    silent.commit()

    assert browser.is_quiet()
    tell(workspace, 3)
    assert browser.events(timeout=2) == [("message", 2, None), ("conversation", 3, None)]


def test_an_event_whose_call_was_lost_is_found_by_looking(site, key, writer):
    browser = site.open(key)
    silent = writer()
    silent.publish("message", 2)
    silent.commit()

    assert browser.events() == [("message", 2, None)]


def test_another_workspace_is_never_heard(site, workspace, other_workspace, key, outsider):
    browser = site.open(key)
    theirs = site.open(sign_in(outsider), "kopi")
    tell(other_workspace, 1)
    assert theirs.events() == [("conversation", 1, None)]
    tell(workspace, 2)

    assert browser.events() == [("conversation", 2, None)]
    assert browser.is_quiet()
    assert theirs.is_quiet()


def test_a_cursor_brings_what_was_missed_and_only_that(site, workspace, other_workspace, key):
    tell(workspace, 1)
    cursor = current_cursor()
    tell(workspace, 2)
    tell(other_workspace, 3)
    tell(workspace, 4)

    browser = site.open(key, cursor=cursor)

    assert browser.events() == [("conversation", 2, None), ("conversation", 4, None)]
    assert browser.is_quiet()


def test_what_the_browser_saw_last_wins_over_the_pages_cursor(site, workspace, key):
    cursor = current_cursor()
    tell(workspace, 1)
    seen = current_cursor()
    tell(workspace, 2)

    browser = site.open(key, cursor=cursor, last_event_id=seen)

    assert browser.events() == [("conversation", 2, None)]


def test_coming_back_continues_where_the_last_frame_ended(site, workspace, key):
    first = site.open(key)
    tell(workspace, 1)
    assert first.events() == [("conversation", 1, None)]
    first.leave()
    assert first.is_finished.wait(5)
    tell(workspace, 2)

    second = site.open(key, last_event_id=first.last_id)

    assert second.events() == [("conversation", 2, None)]
    assert second.is_quiet()


def test_a_quiet_stream_has_a_place_to_come_back_to(site, workspace, key):
    first = site.open(key)
    first.leave()
    assert first.is_finished.wait(5)
    tell(workspace, 1)

    assert site.open(key, last_event_id=first.last_id).events() == [("conversation", 1, None)]


def test_a_transaction_that_commits_late_arrives_live(
    site: Site, workspace: Workspace, key: str, writer: Callable[[], Writer]
):
    late = writer()
    late.publish("message", 1)
    browser = site.open(key)
    tell(workspace, 2)
    assert browser.events() == [("conversation", 2, None)]
    late.commit()

    assert browser.events() == [("message", 1, None)]
    assert browser.is_quiet()


def test_a_transaction_that_commits_between_two_connections_is_not_lost(
    site: Site, workspace: Workspace, key: str, writer: Callable[[], Writer]
):
    late = writer()
    late.publish("message", 1)
    first = site.open(key)
    tell(workspace, 2)
    assert first.events() == [("conversation", 2, None)]
    first.leave()
    late.commit()
    second = site.open(key, last_event_id=first.last_id)

    assert second.events() == [("message", 1, None)]
    assert second.is_quiet()


@pytest.fixture
def while_entering(site: Site, monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], None]]:
    """Things that happen after a client was registered and before it was told what it missed."""
    happenings: list[Callable[[], None]] = []
    fetch = StreamDatabase.fetch

    async def interrupted(database: StreamDatabase, query: str, parameters: Any = None) -> list[tuple[Any, ...]]:
        if query == queries.BETWEEN and happenings:
            await asyncio.to_thread(happenings.pop())
            await site.stream._hub._feed.look_now()
        return await fetch(database, query, parameters)

    monkeypatch.setattr(StreamDatabase, "fetch", interrupted)
    return happenings


def test_what_commits_while_a_browser_enters_comes_once(site, workspace, key, writer, while_entering):
    before, during = writer(), writer()
    before.publish("message", 1)
    cursor = current_cursor()
    before.commit()
    during.publish("message", 2)
    while_entering.append(during.commit)

    browser = site.open(key, cursor=cursor)

    assert browser.events() == [("message", 1, None)]
    assert browser.events() == [("message", 2, None)]
    assert browser.is_quiet()


def test_a_page_that_is_newer_than_the_hub_is_not_told_what_it_shows(site, workspace, key, writer, monkeypatch):
    monkeypatch.setattr(feed, "LOOK_EVERY", 60.0)
    time.sleep(0.3)
    silent = writer()
    silent.publish("message", 1)
    silent.commit()

    browser = site.open(key, cursor=current_cursor())

    assert browser.is_quiet()
    tell(workspace, 2)
    assert browser.events() == [("conversation", 2, None)]


@pytest.mark.parametrize("cursor", ["nonsense", "1:1000000000000:", "999999999999:1000000000000:", "9:8:", "1,2"])
def test_a_cursor_that_leads_nowhere_starts_the_page_again(site, workspace, key, cursor):
    tell(workspace, 1)

    browser = site.open(key, last_event_id=cursor)
    frame = browser.frame()
    tell(workspace, 2)

    assert frame is not None
    assert (frame.event, frame.data) == ("reset", {})
    assert browser.events() == [("conversation", 2, None)]


def test_a_cursor_past_its_retention_starts_the_page_again(site, workspace, key):
    cursor = current_cursor()
    tell(workspace, 1)
    grow_old(workspace, 3.1)

    frame = site.open(key, cursor=cursor).frame()

    assert frame is not None
    assert frame.event == "reset"


def test_too_much_at_once_starts_the_page_again(site, workspace, key):
    browser = site.open(key)
    with as_owner() as owner:
        owner.execute(
            "INSERT INTO realtime_event (workspace_id, kind, subject_id) SELECT %s, 'bulk', n"
            " FROM generate_series(1, %s) AS n",
            [workspace.pk, MOST_CHANGES + 1],
        )

    frame = browser.frame()
    tell(workspace, 2)

    assert frame is not None
    assert frame.event == "reset"
    assert browser.events() == [("conversation", 2, None)]


def test_a_database_that_went_back_in_time_starts_every_page_again(site, workspace, key):
    browser = site.open(key)
    site.loop.call_soon_threadsafe(setattr, site.stream._hub._feed, "cursor", "900000000:900000000:")

    frame = browser.frame()
    tell(workspace, 1)

    assert frame is not None
    assert frame.event == "reset"
    assert browser.events() == [("conversation", 1, None)]


def test_a_browser_that_does_not_read_is_dropped_and_the_others_are_not(site, workspace, key, monkeypatch):
    monkeypatch.setattr(client, "MOST_WAITING", 3)
    stalled, healthy = site.open(key), site.open(key)
    stalled.stall()
    for subject in range(8):
        tell(workspace, subject)
        assert healthy.events() == [("conversation", subject, None)]

    assert stalled.is_finished.wait(5)
    assert not healthy.is_finished.is_set()

    back = site.open(key, last_event_id=stalled.last_id)
    assert back.events() == [("conversation", subject, None) for subject in range(8)]


def test_a_silent_stream_is_pinged(site, key, monkeypatch):
    monkeypatch.setattr(client, "PING_AFTER", 0.1)
    browser = site.open(key)

    assert browser.comments.get(timeout=3) == "ping"


def test_a_stream_ends_in_good_order_after_its_time(site, workspace, key, monkeypatch):
    monkeypatch.setattr(client, "LIFETIME", 0.1)
    browser = site.open(key)

    assert browser.frame(timeout=3) is None
    assert len(browser.retries) == 2
    assert all(500 <= retry <= 4000 for retry in browser.retries)


def test_lifetimes_and_returns_are_spread_out(site, key, agent):
    streams = [site.open(key) for _ in range(10)]

    assert len({each.retries[0] for each in streams}) > 3
    ends = {each._ends_at for each in site.stream._hub._rooms.everyone()}
    assert max(ends) - min(ends) > 1


def test_stopping_ends_the_streams_with_a_time_to_come_back(site, key):
    browser = site.open(key)
    site.run(site.stream.stop())

    assert browser.frame() is None
    assert len(browser.retries) == 2
    assert site.open(key).status == 503
    site.run(site.stream.start())


def test_the_database_going_away_for_a_moment_loses_nothing(site, workspace, key):
    browser = site.open(key)
    with connection.cursor() as database:
        database.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE application_name IN ('helpdesk stream', 'helpdesk listener') AND datname = current_database()"
        )
        assert database.fetchone()[0] >= 2
    tell(workspace, 1)

    assert browser.events() == [("conversation", 1, None)]
    assert site.open(key).status == 200


def test_one_connection_listens_and_a_few_ask(site, workspace, key):
    for _ in range(10):
        site.open(key, cursor=current_cursor())

    with connection.cursor() as database:
        database.execute(
            "SELECT application_name, count(*) FROM pg_stat_activity WHERE datname = current_database() GROUP BY 1"
        )
        found = dict(database.fetchall())
    assert found["helpdesk listener"] == 1
    assert found["helpdesk stream"] <= 3
