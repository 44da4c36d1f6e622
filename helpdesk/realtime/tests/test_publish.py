import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from helpdesk.accounts.models import Workspace
from helpdesk.accounts.tenancy import workspace_scope
from helpdesk.realtime import publish as door
from helpdesk.realtime.models import Event
from helpdesk.realtime.publish import publish


class Bell:
    """Notes which workspaces were rung, in place of the thread that would ring them."""

    def __init__(self) -> None:
        self.rung: list[int] = []

    def wake(self, workspace_id: int) -> None:
        self.rung.append(workspace_id)


class ChangedMindError(Exception):
    """What makes the tests' transactions roll back."""


@pytest.fixture
def bell(monkeypatch: pytest.MonkeyPatch) -> Bell:
    bell = Bell()
    monkeypatch.setattr(door, "notifier", bell)
    return bell


def events(workspace: Workspace) -> list[tuple]:
    with workspace_scope(workspace):
        return list(Event.objects.order_by("id").values_list("kind", "subject_id", "part_id"))


def publish_and_fail(workspace: Workspace) -> None:
    publish(workspace.pk, "message", 5)
    raise ChangedMindError


def test_an_event_is_a_row_of_the_transaction_and_a_call_after_its_commit(workspace, bell):
    with workspace_scope(workspace):
        publish(workspace.pk, "message", 5, 7)
        before_commit = list(bell.rung)

    assert before_commit == []
    assert bell.rung == [workspace.pk]
    assert events(workspace) == [("message", 5, 7)]


def test_a_rolled_back_change_is_not_announced(workspace, bell):
    with pytest.raises(ChangedMindError), workspace_scope(workspace):
        publish_and_fail(workspace)

    assert events(workspace) == []
    assert bell.rung == []


def test_the_same_said_twice_in_a_transaction_is_one_row(workspace, bell):
    with workspace_scope(workspace):
        for _ in range(2):
            publish(workspace.pk, "message", 5)
            publish(workspace.pk, "message", 5, 7)
            publish(workspace.pk, "conversation", 5)
    with workspace_scope(workspace):
        publish(workspace.pk, "message", 5)

    first = [("message", 5, None), ("message", 5, 7), ("conversation", 5, None)]
    assert events(workspace) == [*first, ("message", 5, None)]


def test_what_a_savepoint_took_back_can_be_said_again(workspace, bell):
    with workspace_scope(workspace):
        with pytest.raises(ChangedMindError), transaction.atomic():
            publish_and_fail(workspace)
        publish(workspace.pk, "message", 5)

    assert events(workspace) == [("message", 5, None)]
    assert bell.rung == [workspace.pk]


def test_an_event_for_another_workspace_is_refused_by_the_database(workspace, other_workspace, bell):
    with pytest.raises(Exception, match="row-level security"), workspace_scope(workspace):
        publish(other_workspace.pk, "message", 5)

    assert events(other_workspace) == []
    assert bell.rung == []


def test_an_event_costs_one_statement_and_never_a_notify(workspace, bell):
    with workspace_scope(workspace), CaptureQueriesContext(connection) as asked:
        for subject in range(3):
            publish(workspace.pk, "message", subject)

    assert len(asked) == 3
    assert "notify" not in " ".join(query["sql"].lower() for query in asked)
