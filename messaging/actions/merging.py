"""Two addresses become one: their conversations too, and never two open ones."""

from helpdesk.realtime.publish import publish
from messaging.actions.drafts import move_drafts
from messaging.actions.summary import refresh_summary
from messaging.actions.unread import move_unread
from messaging.models import Address, Conversation, Message

MERGED = "merged"
Status = Conversation.Status


def merge_conversations(kept: Address, *, gone: Address) -> None:
    """Move the conversations of `gone` to `kept`; where both have one open on a channel, the older one takes all."""
    found = Conversation.objects.select_for_update().filter(workspace_id=kept.workspace_id, address__in=(kept, gone))
    conversations = list(found.order_by("pk"))
    live: dict[int, Conversation] = {}
    for conversation in conversations:
        if not conversation.is_resolved:
            older = live.setdefault(conversation.channel_id, conversation)
            if older is not conversation:
                _absorb(older, conversation)
    for conversation in conversations:
        if conversation.pk and conversation.address_id == gone.pk:
            conversation.address, conversation.contact = kept, kept.contact
            conversation.save(update_fields=["address", "contact"])
            publish(conversation.workspace_id, "conversation", conversation.pk)


def _absorb(older: Conversation, newer: Conversation) -> None:
    """Pages that show the newer one are told its number: its row is gone then."""
    Message.objects.filter(workspace_id=older.workspace_id, conversation=newer).update(conversation=older)
    move_unread(newer, into=older)
    move_drafts(newer, into=older)
    changed = [*_unite(older, newer), *refresh_summary(older)]
    older.save(update_fields=changed)
    publish(older.workspace_id, MERGED, older.pk, newer.number)
    newer.delete()


def _unite(older: Conversation, newer: Conversation) -> list[str]:
    """Both go on as one: open if one was, somebody's if one was, waiting as long as either did."""
    if Status.OPEN in (older.status, newer.status):
        older.status, older.snoozed_until = Status.OPEN, None
    older.assignee_id = older.assignee_id or newer.assignee_id
    older.team_id = older.team_id or newer.team_id
    if older.priority == Conversation.Priority.NONE:
        older.priority = newer.priority
    older.waiting_since = min(filter(None, [older.waiting_since, newer.waiting_since]), default=None)
    older.last_inbound_at = max(filter(None, [older.last_inbound_at, newer.last_inbound_at]), default=None)
    for counter in ("last_inbound_id", "answered_up_to", "no_reply_up_to"):
        setattr(older, counter, max(getattr(older, counter), getattr(newer, counter)))
    changed = ["status", "snoozed_until", "assignee", "team", "priority", "waiting_since", "last_inbound_at"]
    return [*changed, "last_inbound_id", "answered_up_to", "no_reply_up_to"]
