"""What a conversation's row in the list says about its messages."""

from messaging.actions.waiting import refresh_waiting
from messaging.models import Conversation, Message
from messaging.previews import preview, preview_kind

SUMMARY = [
    "last_message_at",
    "last_message_preview",
    "last_message_kind",
    "last_message_direction",
    "last_message_state",
]


def show_as_last(conversation: Conversation, message: Message) -> list[str]:
    """Put a message on the row unless a later one is there; return the columns that changed, for `save`."""
    if message.direction == Message.Direction.INTERNAL or message.kind == Message.Kind.REACTION:
        return []
    if conversation.last_message_direction and message.provider_time < conversation.last_message_at:
        return []
    conversation.last_message_at = message.provider_time
    conversation.last_message_preview = preview(message)
    conversation.last_message_kind = preview_kind(message)
    conversation.last_message_direction = message.direction
    conversation.last_message_state = message.state
    return list(SUMMARY)


def refresh_summary(conversation: Conversation) -> None:
    """Work out the row again from all messages; for merges and withdrawn messages."""
    messages = Message.objects.filter(workspace_id=conversation.workspace_id, conversation=conversation)
    last = messages.public().in_thread().order_by("-provider_time", "-id").first()
    inbound = messages.filter(direction=Message.Direction.IN).order_by("-provider_time").first()
    conversation.last_message_direction = ""
    conversation.last_message_preview = ""
    if last:
        show_as_last(conversation, last)
    conversation.last_inbound_at = inbound.provider_time if inbound else None
    newest = messages.filter(direction=Message.Direction.IN).order_by("-id").first()
    conversation.last_inbound_id = newest.pk if newest else 0
    refresh_waiting(conversation)
    conversation.save(update_fields=[*SUMMARY, "last_inbound_at", "last_inbound_id", "waiting_since", "answered_up_to"])
