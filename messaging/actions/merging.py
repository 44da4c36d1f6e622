"""Two addresses become one: their conversations too, and never two open ones."""

from messaging.actions.summary import refresh_summary
from messaging.models import Address, Conversation, Message


def merge_conversations(kept: Address, *, gone: Address) -> None:
    """Move the conversations of `gone` to `kept`; where both have one open on a channel, the older one takes all."""
    moved = list(Conversation.objects.select_for_update().filter(address=gone).order_by("pk"))
    for conversation in moved:
        rival = Conversation.objects.live().filter(address=kept, channel_id=conversation.channel_id).first()
        if rival and not conversation.is_resolved:
            _absorb(min(rival, conversation, key=_age), max(rival, conversation, key=_age), kept)
        else:
            _repoint(conversation, kept)


def _age(conversation: Conversation) -> int:
    return conversation.pk


def _absorb(older: Conversation, newer: Conversation, address: Address) -> None:
    Message.objects.filter(workspace_id=older.workspace_id, conversation=newer).update(conversation=older)
    newer.delete()
    _repoint(older, address)
    refresh_summary(older)


def _repoint(conversation: Conversation, address: Address) -> None:
    conversation.address, conversation.contact = address, address.contact
    conversation.save(update_fields=["address", "contact"])
