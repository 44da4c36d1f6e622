from helpdesk.accounts.tenancy import system_scope, workspace_scope
from helpdesk.realtime import retention
from helpdesk.realtime.cursor import Change, Reset, current_cursor, events_since
from helpdesk.realtime.models import Event
from helpdesk.realtime.retention import purge_events
from helpdesk.realtime.tasks import purge
from helpdesk.realtime.tests.test_cursor import grow_old, since, tell


def subjects() -> list[int]:
    with system_scope("look"):
        return list(Event.objects.order_by("id").values_list("subject_id", flat=True))


def test_events_past_their_retention_go_but_for_the_last_of_each_workspace(workspace, other_workspace):
    tell(workspace, 1)
    tell(workspace, 2)
    tell(other_workspace, 3)
    tell(other_workspace, 4)
    grow_old(workspace, 3.1)
    tell(workspace, 5)

    assert purge_events() == 2
    assert subjects() == [2, 4, 5]


def test_nothing_young_is_deleted(workspace):
    tell(workspace, 1)
    tell(workspace, 2)
    grow_old(workspace, 2.9)

    assert purge_events() == 0
    assert subjects() == [1, 2]


def test_a_cursor_that_missed_what_was_purged_starts_again(workspace):
    cursor = current_cursor()
    tell(workspace, 1)
    tell(workspace, 2)
    fresh = current_cursor()
    grow_old(workspace, 3.1)
    purge_events()
    tell(workspace, 3)

    assert since(workspace, cursor) == Reset.EXPIRED
    assert since(workspace, fresh) == [Change("conversation", 3, None)]


def test_it_goes_in_steps(workspace, monkeypatch):
    monkeypatch.setattr(retention, "ROWS_A_TRANSACTION", 2)
    for subject in range(6):
        tell(workspace, subject)
    grow_old(workspace, 4)

    purge(timestamp=0)

    assert subjects() == [5]


def test_events_of_a_restored_dump_are_deleted(workspace):
    tell(workspace, 1)
    with workspace_scope(workspace):
        Event.objects.update(transaction="9000000000")
    tell(workspace, 2)
    cursor = current_cursor()

    assert purge_events() == 1
    assert subjects() == [2]
    with workspace_scope(workspace):
        assert events_since(workspace.pk, cursor) == []
