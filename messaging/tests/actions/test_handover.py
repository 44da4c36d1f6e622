import pytest
from django.utils import timezone

from helpdesk.accounts.actions.members import remove_member
from helpdesk.accounts.tenancy import workspace_scope
from messaging.models import Address, Contact, Conversation, Message, Unread

pytestmark = pytest.mark.django_db


def conversation(channel, assignee, number, **fields):
    contact = Contact.objects.create(workspace=channel.workspace, name=f"Contact {number}")
    address = Address.objects.create(
        workspace=channel.workspace, contact=contact, kind="whatsapp", phone=f"+62812555{number:04}"
    )
    return Conversation.objects.create(
        workspace=channel.workspace,
        number=number,
        contact=contact,
        address=address,
        channel=channel,
        assignee=assignee,
        last_message_at=timezone.now(),
        **fields,
    )


@pytest.mark.parametrize("has_successor", [True, False])
def test_who_leaves_hands_over_what_is_open(channel, owner, agent, colleague, has_successor):
    with workspace_scope(channel.workspace):
        theirs = conversation(channel, agent, 1)
        done = conversation(channel, agent, 2, status="resolved", resolved_at=timezone.now())
        other = conversation(channel, owner, 3)
        Unread.objects.create(workspace=channel.workspace, member=agent, conversation=theirs)

        remove_member(agent, actor=owner, successor=colleague if has_successor else None)

        found = dict(Conversation.objects.values_list("number", "assignee"))
        assert found == {
            theirs.number: colleague.pk if has_successor else None,
            done.number: agent.pk,
            other.number: owner.pk,
        }
        assert not Unread.objects.exists()
        line = Message.objects.get(kind="event")
        assert (line.author, line.payload["event"]) == (owner, "conversation.assigned")
