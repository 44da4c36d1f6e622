import re
from collections.abc import Callable

import pytest
from django.db import connection

from helpdesk.accounts.models import Workspace
from helpdesk.accounts.tenancy import workspace_scope
from helpdesk.realtime import queries
from helpdesk.realtime.cursor import (
    MOST_CHANGES,
    Change,
    Reset,
    between,
    current_cursor,
    events_since,
    parameters,
    refuse,
)
from helpdesk.realtime.models import Event
from helpdesk.realtime.publish import publish
from helpdesk.realtime.tests.committed import Writer, as_owner


def since(workspace: Workspace, cursor: str) -> list[Change] | Reset:
    with workspace_scope(workspace):
        return events_since(workspace.pk, cursor)


def tell(workspace: Workspace, *subjects: int) -> None:
    with workspace_scope(workspace):
        for subject in subjects:
            publish(workspace.pk, "conversation", subject)


def grow_old(workspace: Workspace, days: float) -> None:
    with as_owner() as owner:
        owner.execute("UPDATE realtime_event SET created_at = now() - %s * interval '1 day'", [days])


def test_what_was_published_after_the_cursor_is_new(workspace):
    tell(workspace, 1)
    cursor = current_cursor()
    tell(workspace, 2, 3)

    assert since(workspace, cursor) == [Change("conversation", 2, None), Change("conversation", 3, None)]
    assert since(workspace, current_cursor()) == []


def test_a_transaction_that_commits_late_is_new_to_whoever_did_not_see_it(
    workspace: Workspace, writer: Callable[[], Writer]
):
    late = writer()
    late.publish("message", 1)
    tell(workspace, 2)
    cursor = current_cursor()
    tell(workspace, 3)
    late.commit()

    assert since(workspace, cursor) == [Change("message", 1, None), Change("conversation", 3, None)]


def test_a_reader_that_counts_ids_would_lose_the_late_one(workspace: Workspace, writer: Callable[[], Writer]):
    """The control of the test before: its scenario does separate snapshots from ids."""
    late = writer()
    late.publish("message", 1)
    tell(workspace, 2)
    with workspace_scope(workspace):
        last_id = Event.objects.latest("id").pk
    tell(workspace, 3)
    late.commit()

    with workspace_scope(workspace):
        assert [event.subject_id for event in Event.objects.filter(pk__gt=last_id)] == [3]


def test_between_two_cursors_leaves_out_what_only_came_later(workspace, writer):
    late = writer()
    late.publish("message", 1)
    start = current_cursor()
    tell(workspace, 2)
    until = current_cursor()
    late.commit()
    tell(workspace, 3)

    with workspace_scope(workspace):
        assert between(workspace.pk, start, until) == [Change("conversation", 2, None)]
        assert between(workspace.pk, until, current_cursor()) == [
            Change("message", 1, None),
            Change("conversation", 3, None),
        ]


def test_a_rolled_back_savepoint_takes_its_event_along(workspace, writer):
    cursor = current_cursor()
    hesitant = writer()
    hesitant.publish("message", 1)
    hesitant.publish_in_vain("message", 2)
    hesitant.commit()

    assert since(workspace, cursor) == [Change("message", 1, None)]


def test_another_workspace_is_never_included(workspace, other_workspace):
    cursor = current_cursor()
    tell(other_workspace, 1)
    tell(workspace, 2)

    assert since(workspace, cursor) == [Change("conversation", 2, None)]
    with workspace_scope(workspace):
        assert events_since(other_workspace.pk, cursor) == []


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "nonsense",
        "1",
        "1:2",
        "0:0:",
        "5:4:",
        "1:3:3",
        "1:5:3,2",
        "2:5:1",
        "1:5:2,",
        "-1:5:",
        "1:5:\x00",
        "1:5:2; DROP TABLE realtime_event",
        "\u0661:\u0665:",
        "1:" + "9" * 30 + ":",
        "1:9000:" + ",".join(map(str, range(1, 9000))),
    ],
)
def test_what_is_not_a_snapshot_starts_again(workspace, cursor):
    assert since(workspace, cursor) == Reset.MALFORMED


@pytest.mark.parametrize("cursor", ["1:1:", "1:5:1,2,4", "3:999:3,3,5", "7:" + "9" * 18 + ":8"])
def test_what_passes_for_a_snapshot_is_one_to_postgresql(db, cursor):
    with connection.cursor() as database:
        database.execute("SELECT pg_snapshot_xmax(%s::pg_snapshot)::text", [cursor])

        assert database.fetchone()[0] == cursor.split(":")[1]
    assert refuse(cursor, cursor) is None


def test_a_cursor_of_a_database_that_was_ahead_starts_again(workspace):
    ahead = 10**15

    assert since(workspace, f"{ahead}:{ahead}:") == Reset.FUTURE
    assert since(workspace, f"1:{ahead}:") == Reset.FUTURE


def test_a_cursor_from_before_the_retention_starts_again(workspace):
    cursor = current_cursor()
    tell(workspace, 1)
    later = current_cursor()
    grow_old(workspace, 3.1)
    tell(workspace, 2)

    assert since(workspace, cursor) == Reset.EXPIRED
    assert since(workspace, later) == [Change("conversation", 2, None)]


def test_an_old_cursor_that_missed_nothing_goes_on(workspace):
    tell(workspace, 1)
    grow_old(workspace, 100)
    cursor = current_cursor()
    tell(workspace, 2)
    grow_old(workspace, 2.9)

    assert since(workspace, cursor) == [Change("conversation", 2, None)]


def test_more_changes_than_a_page_can_fetch_start_again(workspace):
    cursor = current_cursor()
    tell(workspace, *range(MOST_CHANGES))
    before = since(workspace, cursor)
    tell(workspace, MOST_CHANGES)

    assert isinstance(before, list)
    assert len(before) == MOST_CHANGES
    assert since(workspace, cursor) == Reset.TOO_MANY


def test_events_of_a_restored_dump_are_of_no_time(workspace):
    cursor = current_cursor()
    tell(workspace, 1)
    with as_owner() as owner:
        owner.execute("UPDATE realtime_event SET transaction = '9000000000', created_at = now() - interval '4 days'")
    tell(workspace, 2)

    assert since(workspace, cursor) == [Change("conversation", 2, None)]


@pytest.mark.parametrize("has_statistics", [False, True])
def test_catching_up_is_read_from_an_index_of_transactions(workspace, has_statistics):
    with as_owner() as owner:
        owner.execute(
            "INSERT INTO realtime_event (workspace_id, kind, subject_id, transaction)"
            " SELECT %s, 'old', n, (n / 100 + 3)::text::xid8 FROM generate_series(1, 30000) AS n",
            [workspace.pk],
        )
        if has_statistics:
            owner.execute("ANALYZE realtime_event")
    cursor = current_cursor()

    with workspace_scope(workspace), connection.cursor() as database:
        database.execute("EXPLAIN (FORMAT JSON) " + queries.BETWEEN, parameters(workspace.pk, cursor, cursor))
        plan = str(database.fetchone()[0])

    assert re.search(r"Index Cond\W+[^}]*transaction >= ", plan), plan
