import pytest
from django.utils import timezone

from helpdesk.accounts.models import Member
from helpdesk.audit.models import AuditEvent
from helpdesk.errors import RuleViolation
from messaging.actions.assignment import assign_conversation
from messaging.models import Message
from messaging.tests.scenes import events, fresh, jobs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_workspace")]


def test_assigning_is_recorded_and_said_in_the_thread(conversation, agent, colleague):
    assign_conversation(conversation, actor=agent, assignee=colleague)
    assign_conversation(conversation, actor=agent, assignee=None)

    assert fresh(conversation).assignee is None
    lines = Message.objects.filter(kind="event").order_by("id")
    assert [(line.payload, line.author) for line in lines] == [
        ({"event": "conversation.assigned", "name": "Sari Wulandari"}, agent),
        ({"event": "conversation.assigned", "name": ""}, agent),
    ]
    recorded = AuditEvent.objects.filter(kind="conversation.assigned").order_by("id")
    assert [event.data for event in recorded] == [
        {"assignee": colleague.pk, "name": "Sari Wulandari"},
        {"assignee": None, "name": ""},
    ]
    assert jobs() == []


def test_assigning_to_who_has_it_already_says_nothing(conversation, agent):
    assign_conversation(conversation, actor=agent, assignee=agent)
    assign_conversation(conversation, actor=agent, assignee=agent)

    assert events(conversation) == ["conversation.assigned"]


def test_who_left_gets_nothing(conversation, agent, colleague):
    Member.objects.filter(pk=colleague.pk).update(removed_at=timezone.now())

    with pytest.raises(RuleViolation, match="does not work here"):
        assign_conversation(conversation, actor=agent, assignee=fresh(colleague))

    assert fresh(conversation).assignee is None
    assert events(conversation) == []
    assert not AuditEvent.objects.filter(kind="conversation.assigned").exists()
