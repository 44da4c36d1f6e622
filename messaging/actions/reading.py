"""A member opens a conversation."""

from django.db import transaction

from helpdesk.accounts.models import Member
from helpdesk.jobs import enqueue
from helpdesk.realtime.publish import publish
from messaging.actions.unread import mark_read
from messaging.models import Conversation


@transaction.atomic
def read_conversation(conversation: Conversation, *, actor: Member) -> None:
    """Everything in it is read by the member; the customer is told when the workspace says so and it is theirs."""
    if not mark_read(conversation, actor=actor):
        return
    publish(conversation.workspace_id, "conversation", conversation.pk)
    if conversation.workspace.read_receipts == "open" and conversation.assignee_id == actor.pk:
        request_receipt(conversation)


def request_receipt(conversation: Conversation) -> None:
    """Tell the customer, by a job, that what they wrote so far was read."""
    enqueue(
        "messaging.send_receipt",
        queueing_lock=f"receipt:{conversation.pk}",
        workspace_id=conversation.workspace_id,
        conversation_id=conversation.pk,
    )
