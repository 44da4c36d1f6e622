"""What a conversation's row in the list says about its messages."""

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


def refresh_summary(conversation: Conversation) -> list[str]:
    """Work out the row again from all messages, when one went or changed; return the columns, for `save`."""
    messages = Message.objects.filter(workspace_id=conversation.workspace_id, conversation=conversation)
    last = messages.public().in_thread().order_by("-provider_time", "-id").first()
    conversation.last_message_preview = conversation.last_message_kind = ""
    conversation.last_message_direction = conversation.last_message_state = ""
    if last:
        show_as_last(conversation, last)
    return list(SUMMARY)


def is_last(conversation: Conversation, message: Message) -> bool:
    """Whether no later message is on the row; two of one second are told apart by their arrival."""
    if message.provider_time != conversation.last_message_at:
        return message.provider_time > conversation.last_message_at
    same_time = Message.objects.filter(
        workspace_id=conversation.workspace_id, conversation=conversation, provider_time=message.provider_time
    )
    return not same_time.public().in_thread().filter(pk__gt=message.pk).exists()
