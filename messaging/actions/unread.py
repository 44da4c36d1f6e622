"""What each member has not read. Rows exist only while there is something to read."""

from django.db import connection
from django.db.models import F

from helpdesk.accounts.models import Member
from messaging.models import Conversation, Unread


def count_unread(conversation: Conversation) -> None:
    """One more unread message for the assignee, or for everybody while the conversation is nobody's."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO messaging_unread AS unread (workspace_id, member_id, conversation_id, count)
            SELECT workspace_id, id, %(conversation)s, 1 FROM accounts_member
            WHERE workspace_id = %(workspace)s AND removed_at IS NULL
              AND (%(assignee)s::bigint IS NULL OR id = %(assignee)s)
            ON CONFLICT (workspace_id, member_id, conversation_id) DO UPDATE SET count = unread.count + 1
            """,
            {
                "conversation": conversation.pk,
                "workspace": conversation.workspace_id,
                "assignee": conversation.assignee_id,
            },
        )


def mark_read(conversation: Conversation, *, actor: Member) -> bool:
    """The member has seen the conversation; True when there was something unread."""
    mine = Unread.objects.filter(workspace_id=conversation.workspace_id, conversation=conversation, member=actor)
    return mine.delete()[0] > 0


def mark_unread(conversation: Conversation, *, actor: Member) -> None:
    Unread.objects.update_or_create(
        workspace_id=conversation.workspace_id,
        conversation=conversation,
        member=actor,
        defaults={"count": F("count") + 0},
        create_defaults={"count": 1},
    )


def mark_read_by_all(conversation: Conversation) -> None:
    """A reply or the end of the conversation reads it for everyone."""
    Unread.objects.filter(workspace_id=conversation.workspace_id, conversation=conversation).delete()
