"""Since when a customer waits: the first inbound message that arrived after the last answer.

An answer is a person's reply that was sent, or somebody's word that none is needed. Arrival counts, not the provider's
time: a message that came late was not seen when the reply was written. Old history counts for nothing.
"""

from datetime import datetime

from django.db.models import Max, Min

from messaging.models import Conversation, Message

HUMAN = (Message.Origin.AGENT, Message.Origin.PHONE, Message.Origin.API)
SENT = (Message.State.SENT, Message.State.DELIVERED, Message.State.READ)
SILENT = (Message.Kind.SYSTEM,)
BACKFILL = "backfill"


def count_inbound(conversation: Conversation, message: Message) -> list[str]:
    """Let a new inbound message start the waiting; return the columns that changed."""
    if message.kind in SILENT:
        return []
    since = conversation.waiting_since
    conversation.last_inbound_id = max(conversation.last_inbound_id, message.pk)
    conversation.waiting_since = min(since, message.provider_time) if since else message.provider_time
    return ["last_inbound_id", "waiting_since"]


def mark_answered(conversation: Conversation, up_to: int) -> list[str]:
    """Everything that arrived before message `up_to` is answered; return the columns that changed."""
    conversation.answered_up_to = max(conversation.answered_up_to, up_to)
    conversation.waiting_since = _first_unanswered(conversation)
    return ["answered_up_to", "waiting_since"]


def seen_at(conversation: Conversation, reply: Message) -> int:
    """Return up to which arrival a reply answers that was written elsewhere: its own, or the first written later."""
    later = Message.objects.filter(
        workspace_id=conversation.workspace_id,
        conversation=conversation,
        direction=Message.Direction.IN,
        id__gt=conversation.answered_up_to,
        provider_time__gt=reply.provider_time,
    )
    first: int | None = later.aggregate(first=Min("id"))["first"]
    return first - 1 if first else reply.pk


def refresh_waiting(conversation: Conversation) -> list[str]:
    """Work the waiting out again from the messages, after a reply that had counted failed."""
    replies = Message.objects.filter(
        workspace_id=conversation.workspace_id,
        conversation=conversation,
        direction=Message.Direction.OUT,
        origin__in=HUMAN,
        state__in=SENT,
    ).exclude(kind=Message.Kind.REACTION)
    last_reply = replies.exclude(payload__has_key=BACKFILL).aggregate(last=Max("id"))["last"] or 0
    conversation.answered_up_to = max(last_reply, conversation.no_reply_up_to)
    conversation.waiting_since = _first_unanswered(conversation)
    return ["answered_up_to", "waiting_since"]


def _first_unanswered(conversation: Conversation) -> datetime | None:
    if conversation.last_inbound_id <= conversation.answered_up_to:
        return None
    unanswered = Message.objects.filter(
        workspace_id=conversation.workspace_id,
        conversation=conversation,
        direction=Message.Direction.IN,
        id__gt=conversation.answered_up_to,
    ).exclude(kind__in=SILENT)
    unanswered = unanswered.exclude(payload__has_key=BACKFILL)
    first: datetime | None = unanswered.aggregate(first=Min("provider_time"))["first"]
    return first
