"""What the provider says about messages: written down once, then shown on the message when it is there."""

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from helpdesk.realtime.publish import publish
from messaging.actions.inbound import sane_time
from messaging.actions.states import apply_events
from messaging.channels.whatsapp import events
from messaging.models import Channel, Conversation, Message, ProviderEvent

Kind = ProviderEvent.Kind
STATUSES = {
    events.DeliveryStatus.SENT: Kind.SENT,
    events.DeliveryStatus.DELIVERED: Kind.DELIVERED,
    events.DeliveryStatus.READ: Kind.READ,
    events.DeliveryStatus.PLAYED: Kind.READ,
    events.DeliveryStatus.FAILED: Kind.FAILED,
}


def record_status(channel: Channel, event: events.Status, *, received_at: datetime) -> Message | None:
    """Write down a delivery status; it waits for its message when that is not known yet."""
    error = event.errors[0] if event.errors else events.ProviderError()
    key = event.recipient.user_id or event.recipient.phone or "" if event.group_id else ""
    return _record(
        channel,
        target=event.external_id,
        kind=STATUSES[event.status],
        key=key if event.external_id else f"{event.callback_id} {key}",
        callback_id=_uuid(event.callback_id),
        value={"code": error.code, "text": error.text} if event.status == events.DeliveryStatus.FAILED else {},
        at=sane_time(event.provider_time, received_at),
    )


def record_reaction(channel: Channel, event: events.Reaction, *, received_at: datetime) -> Message | None:
    """Write down a reaction or, with an empty emoji, its removal."""
    return _record(
        channel,
        target=event.target_id,
        kind=Kind.REACTION,
        key=event.external_id,
        side=_side(event.is_echo),
        value={"emoji": event.emoji},
        at=sane_time(event.provider_time, received_at),
    )


def record_edit(channel: Channel, event: events.Edit, *, received_at: datetime) -> Message | None:
    return _record(
        channel,
        target=event.target_id,
        kind=Kind.EDIT,
        key=event.external_id,
        side=_side(event.is_echo),
        value={"text": event.text},
        at=sane_time(event.provider_time, received_at),
    )


def record_revoke(channel: Channel, event: events.Revoke, *, received_at: datetime) -> Message | None:
    return _record(
        channel,
        target=event.target_id,
        kind=Kind.DELETE,
        key=event.external_id,
        side=_side(event.is_echo),
        at=sane_time(event.provider_time, received_at),
    )


@transaction.atomic(savepoint=False)
def _record(
    channel: Channel,
    *,
    target: str,
    kind: ProviderEvent.Kind,
    key: str,
    at: datetime,
    side: str = "",
    callback_id: uuid.UUID | None = None,
    value: dict[str, Any] | None = None,
) -> Message | None:
    """Return the message that changed, if one did. A repeated event changes nothing."""
    event = ProviderEvent(
        workspace_id=channel.workspace_id,
        channel=channel,
        target=target[:160],
        kind=kind,
        key=key[:200],
        side=side,
        callback_id=callback_id,
        value=value or {},
        provider_time=at,
    )
    ProviderEvent.objects.bulk_create([event], ignore_conflicts=True)
    found = _target(channel, event)
    if found is None:
        return None
    conversation = Conversation.objects.select_for_update().get(pk=found.conversation_id)
    message = Message.objects.select_for_update().get(pk=found.pk)
    if not apply_events(message, conversation=conversation):
        return None
    publish(channel.workspace_id, "message", conversation.pk, message.pk)
    return message


def _target(channel: Channel, event: ProviderEvent) -> Message | None:
    wanted = Q(external_id=event.target)
    if event.callback_id:
        wanted |= Q(callback_id=event.callback_id)
    known = Message.objects.filter(wanted, workspace_id=channel.workspace_id, channel=channel)
    return known.only("pk", "conversation_id").first()


def _side(is_echo: bool) -> str:
    return Message.Direction.OUT if is_echo else Message.Direction.IN


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
