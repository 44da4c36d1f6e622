from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.accounts.tenancy import workspace_scope
from helpdesk.audit.models import AuditEvent
from helpdesk.tests.operator import run
from messaging.models import Conversation, Message
from messaging.tests.actions.test_handover import conversation

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_doubt(channel, owner):
    """One message in doubt for an hour in an open window, one for a day in a shut one."""
    with workspace_scope(channel.workspace):
        return [doubted(conversation(channel, owner, 1), hours=1), doubted(conversation(channel, owner, 2), hours=25)]


def doubted(parent: Conversation, hours: int) -> Message:
    at = timezone.now() - timedelta(hours=hours)
    Conversation.objects.filter(pk=parent.pk).update(last_inbound_at=at)
    return Message.objects.create(
        workspace_id=parent.workspace_id,
        conversation=parent,
        channel=parent.channel,
        direction="out",
        kind="text",
        origin="agent",
        author=parent.assignee,
        text="Siap, Kak.",
        state="unconfirmed",
        provider_time=at,
        attempted_at=at,
    )


def states(workspace):
    with workspace_scope(workspace):
        return list(Message.objects.filter(kind="text").order_by("pk").values_list("state", flat=True))


def test_without_a_yes_nothing_is_sent(workspace, in_doubt):
    ran = run("resend_unconfirmed", "eagle")

    assert (ran.status, "--yes" in ran.error) == (1, True)
    assert states(workspace) == ["unconfirmed", "unconfirmed"]


def test_a_dry_run_counts(workspace, in_doubt):
    assert run("resend_unconfirmed", "eagle", "--dry-run", "--json").answer["settled"] == 2
    assert states(workspace) == ["unconfirmed", "unconfirmed"]


def test_what_may_be_sent_again_is_and_the_rest_is_named(workspace, in_doubt, owner):
    ran = run("resend_unconfirmed", "eagle", "--yes", "--json")

    assert (ran.status, ran.answer["settled"]) == (3, 1)
    assert [each["message"] for each in ran.answer["refused"]] == [in_doubt[1].pk]
    assert states(workspace) == ["queued", "unconfirmed"]
    with workspace_scope(workspace):
        assert AuditEvent.objects.get(kind="message.resent").actor_id == owner.pk


def test_they_can_be_marked_as_sent_instead(workspace, in_doubt, admin):
    ran = run("resend_unconfirmed", "eagle", "--mark-as-sent", "--older-than", "2h", "--as", admin.user.email, "--yes")

    assert ran.status == 0
    assert states(workspace) == ["unconfirmed", "sent"]
    with workspace_scope(workspace):
        assert AuditEvent.objects.get(kind="message.confirmed").actor_id == admin.pk


def test_a_workspace_without_an_owner_needs_a_name(workspace, channel):
    ran = run("resend_unconfirmed", "eagle", "--yes")

    assert (ran.status, "--as" in ran.error) == (1, True)
