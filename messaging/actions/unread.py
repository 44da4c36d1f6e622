"""What each member has not read. Rows exist only while there is something to read."""

from django.db import connection
from django.db.models import F, Max

from helpdesk.accounts.models import Member
from messaging.models import Conversation, Unread

ADD = """
INSERT INTO messaging_unread AS unread (workspace_id, member_id, conversation_id, count)
SELECT member.workspace_id, member.id, %(conversation)s, %(count)s
FROM accounts_member AS member JOIN accounts_user AS person ON person.id = member.user_id
WHERE member.workspace_id = %(workspace)s AND member.removed_at IS NULL AND person.is_active
  AND (%(assignee)s::bigint IS NULL OR member.id = %(assignee)s) AND member.id IS DISTINCT FROM %(but)s
ON CONFLICT (workspace_id, member_id, conversation_id) DO UPDATE SET count = unread.count + excluded.count
"""
MOVE = """
INSERT INTO messaging_unread AS unread (workspace_id, member_id, conversation_id, count)
SELECT workspace_id, member_id, %(into)s, count
FROM messaging_unread WHERE workspace_id = %(workspace)s AND conversation_id = %(conversation)s
ON CONFLICT (workspace_id, member_id, conversation_id) DO UPDATE SET count = unread.count + excluded.count
"""


def count_unread(conversation: Conversation) -> None:
    """One more unread message for the assignee, or for everybody while the conversation is nobody's.

    A blocked contact's messages are nobody's business.
    """
    if not conversation.contact.blocked:
        _add(conversation, 1)


def hand_on_unread(conversation: Conversation, *, actor: Member | None) -> None:
    """A conversation was assigned: what was unread in it is unread for those whose it is now, except who did it."""
    theirs = Unread.objects.filter(workspace_id=conversation.workspace_id, conversation=conversation)
    count = theirs.aggregate(most=Max("count"))["most"]
    if count:
        theirs.delete()
        _add(conversation, count, but=actor)


def move_unread(conversation: Conversation, *, into: Conversation) -> None:
    """What is unread in a conversation that becomes part of another is unread there."""
    parameters = {"workspace": into.workspace_id, "conversation": conversation.pk, "into": into.pk}
    with connection.cursor() as cursor:
        cursor.execute(MOVE, parameters)


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


def _add(conversation: Conversation, count: int, *, but: Member | None = None) -> None:
    parameters = {
        "conversation": conversation.pk,
        "workspace": conversation.workspace_id,
        "assignee": conversation.assignee_id,
        "count": count,
        "but": but.pk if but else None,
    }
    with connection.cursor() as cursor:
        cursor.execute(ADD, parameters)
