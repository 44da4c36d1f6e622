"""Conversations of somebody who leaves."""

from helpdesk.accounts.models import Member
from messaging.actions.assignment import assign_conversation
from messaging.models import Conversation, Unread


def hand_over_conversations(member: Member, *, successor: Member | None, actor: Member | None) -> None:
    """Give the member's open and snoozed conversations to `successor`, or to nobody; the resolved ones stay theirs."""
    theirs = Conversation.objects.live().filter(workspace_id=member.workspace_id, assignee=member)
    for conversation in theirs.order_by("pk"):
        assign_conversation(conversation, actor=actor, assignee=successor)
    Unread.objects.filter(workspace_id=member.workspace_id, member=member).delete()
