"""What comes in: a provider's message becomes exactly one message of one conversation."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from helpdesk.jobs import enqueue
from helpdesk.realtime.publish import publish
from messaging.actions.addresses import whatsapp_address
from messaging.actions.openings import conversation_for
from messaging.actions.states import apply_events
from messaging.actions.summary import show_as_last
from messaging.actions.unread import count_unread, mark_read_by_all
from messaging.actions.waiting import BACKFILL, count_inbound, mark_answered, seen_at
from messaging.channels.whatsapp import events
from messaging.models import Channel, Conversation, Message

CLOCK_SKEW = timedelta(minutes=5)
ECHO_STATES: dict[events.DeliveryStatus | None, Message.State] = {
    events.DeliveryStatus.DELIVERED: Message.State.DELIVERED,
    events.DeliveryStatus.READ: Message.State.READ,
    events.DeliveryStatus.PLAYED: Message.State.READ,
    events.DeliveryStatus.FAILED: Message.State.FAILED,
}


@transaction.atomic(savepoint=False)
def receive_message(channel: Channel, event: events.InboundMessage, *, received_at: datetime) -> Message | None:
    """Store a customer's message; None when it is here already. `received_at` bounds a provider's wrong clock."""
    if _is_known(channel, event.external_id):
        return None
    at = sane_time(event.provider_time, received_at)
    quiet = event.backfill or event.kind == events.Kind.SYSTEM
    address = whatsapp_address(channel.workspace, event.sender)
    conversation = conversation_for(channel, address, at=at, quiet=quiet)
    message = _store(conversation, event, at=at, direction=Message.Direction.IN, origin=Message.Origin.CUSTOMER)
    changed = show_as_last(conversation, message)
    if not quiet:
        changed += count_inbound(conversation, message) + _open_window(conversation, at)
        count_unread(conversation)
    _finish(conversation, message, changed)
    return message


@transaction.atomic(savepoint=False)
def receive_echo(channel: Channel, event: events.Echo, *, received_at: datetime) -> Message | None:
    """Store what the business wrote on its own phone; it answers what had been written to it until then."""
    if _is_known(channel, event.external_id):
        return None
    at = sane_time(event.provider_time, received_at)
    address = whatsapp_address(channel.workspace, event.recipient)
    conversation = conversation_for(channel, address, at=at, quiet=True)
    message = _store(conversation, event, at=at, direction=Message.Direction.OUT, origin=Message.Origin.PHONE)
    changed = show_as_last(conversation, message)
    if not event.backfill:
        changed += mark_answered(conversation, seen_at(conversation, message))
        if conversation.waiting_since is None:
            mark_read_by_all(conversation)
    _finish(conversation, message, changed)
    return message


def sane_time(provider_time: datetime | None, received_at: datetime) -> datetime:
    """Return the provider's time, or ours when it has none or one that has not come yet."""
    if provider_time is None or provider_time > received_at + CLOCK_SKEW:
        return received_at
    return provider_time


def _is_known(channel: Channel, external_id: str) -> bool:
    known = Message.objects.filter(workspace_id=channel.workspace_id, channel=channel, external_id=external_id)
    return known.exists()


def _store(
    conversation: Conversation,
    event: events.InboundMessage | events.Echo,
    *,
    at: datetime,
    direction: Message.Direction,
    origin: Message.Origin,
) -> Message:
    return Message.objects.create(
        workspace_id=conversation.workspace_id,
        conversation=conversation,
        channel_id=conversation.channel_id,
        direction=direction,
        kind=event.kind.value,
        origin=origin,
        text=event.text,
        payload=_payload(event),
        external_id=event.external_id,
        quoted_external_id=event.quoted_id[:160],
        quoted=_quoted(conversation, event.quoted_id),
        provider_time=at,
        media_state=Message.MediaState.PENDING if event.media else "",
        state=ECHO_STATES.get(event.status, Message.State.SENT) if isinstance(event, events.Echo) else "",
    )


def _payload(event: events.InboundMessage | events.Echo) -> dict[str, object]:
    payload = dict(event.payload)
    if event.backfill:
        payload[BACKFILL] = True
    if event.media:
        payload["media"] = {
            "id": event.media.id,
            "url": event.media.url,
            "mime_type": event.media.mime_type,
            "sha256": event.media.sha256,
            "filename": event.media.filename,
        }
    if event.forwarded:
        payload["forwarded"] = True
    if event.referral:
        payload["referral"] = event.referral
    if event.group_id:
        payload["group_id"] = event.group_id
    return payload


def _quoted(conversation: Conversation, external_id: str) -> Message | None:
    if not external_id:
        return None
    return Message.objects.filter(
        workspace_id=conversation.workspace_id, channel_id=conversation.channel_id, external_id=external_id
    ).first()


def _open_window(conversation: Conversation, at: datetime) -> list[str]:
    at = min(at, timezone.now())
    conversation.last_inbound_at = max(conversation.last_inbound_at or at, at)
    return ["last_inbound_at"]


def _finish(conversation: Conversation, message: Message, changed: list[str]) -> None:
    if changed:
        conversation.save(update_fields=changed)
    if message.provider_time < conversation.last_message_at:
        _let_quotes_find(message)
    apply_events(message, conversation=conversation)
    if message.media_state == Message.MediaState.PENDING:
        enqueue("messaging.fetch_media", workspace_id=message.workspace_id, message_id=message.pk)
    publish(message.workspace_id, "message", conversation.pk, message.pk)


def _let_quotes_find(message: Message) -> None:
    """What came before the message that it quotes gets its quote now."""
    later = Message.objects.filter(
        workspace_id=message.workspace_id,
        conversation=message.conversation_id,
        provider_time__gte=message.provider_time,
    )
    later.filter(quoted=None, quoted_external_id=message.external_id).update(quoted=message)
