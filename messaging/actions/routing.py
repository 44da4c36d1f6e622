"""Which action each kind of provider event belongs to."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Value
from django.db.models.functions import Greatest

from helpdesk.audit.kinds import EventKind
from helpdesk.audit.record import record
from helpdesk.realtime.publish import publish
from messaging.actions.addresses import change_whatsapp_address, name_contact, whatsapp_address
from messaging.actions.inbound import receive_echo, receive_message, sane_time
from messaging.actions.provider_events import record_edit, record_reaction, record_revoke, record_status
from messaging.channels.whatsapp import events
from messaging.models import Address, Channel, Conversation

Handler = Callable[[Channel, Any, datetime], object]


def handle_event(channel: Channel, event: events.Event, *, received_at: datetime) -> str:
    """Do what one event says; return why it was kept without effect, or an empty text."""
    if event.phone_number_id and event.phone_number_id != channel.phone_number_id:
        other = _sibling(channel, event.phone_number_id)
        if other is None:
            return f"Phone number {event.phone_number_id} is not a channel of this workspace."
        channel = other
    HANDLERS[type(event)](channel, event, received_at)
    return ""


def _sibling(channel: Channel, phone_number_id: str) -> Channel | None:
    """Return the channel of the same workspace and the same secret that has this number."""
    siblings = Channel.objects.select_related("workspace").filter(
        workspace_id=channel.workspace_id, kind=channel.kind, phone_number_id=phone_number_id
    )
    found = siblings.first()
    return found if found and found.app_secret == channel.app_secret else None


def _message(channel: Channel, event: events.InboundMessage, received_at: datetime) -> None:
    receive_message(channel, event, received_at=received_at)


def _echo(channel: Channel, event: events.Echo, received_at: datetime) -> None:
    receive_echo(channel, event, received_at=received_at)


def _status(channel: Channel, event: events.Status, received_at: datetime) -> None:
    record_status(channel, event, received_at=received_at)


def _reaction(channel: Channel, event: events.Reaction, received_at: datetime) -> None:
    record_reaction(channel, event, received_at=received_at)


def _edit(channel: Channel, event: events.Edit, received_at: datetime) -> None:
    record_edit(channel, event, received_at=received_at)


def _revoke(channel: Channel, event: events.Revoke, received_at: datetime) -> None:
    record_revoke(channel, event, received_at=received_at)


def _number_changed(channel: Channel, event: events.NumberChanged, received_at: datetime) -> None:
    address = change_whatsapp_address(
        channel.workspace, old=event.old, phone=event.new_phone, user_id=event.new_user_id
    )
    _say_in_thread(channel, address, event, received_at)


def _user_id_changed(channel: Channel, event: events.UserIdChanged, received_at: datetime) -> None:
    old = events.Party(phone=event.phone, user_id=event.previous)
    address = change_whatsapp_address(channel.workspace, old=old, phone=None, user_id=event.current)
    _say_in_thread(channel, address, event, received_at)


def _say_in_thread(
    channel: Channel, address: Address | None, event: events.NumberChanged | events.UserIdChanged, received_at: datetime
) -> None:
    """Let the thread of a known person say that the number changed."""
    if address is None or not event.external_id:
        return
    line = events.InboundMessage(
        external_id=event.external_id,
        kind=events.Kind.SYSTEM,
        text=event.text,
        sender=events.Party(phone=address.phone, user_id=address.user_id),
        provider_time=event.provider_time,
    )
    receive_message(channel, line, received_at=received_at)


def _preference(channel: Channel, event: events.Preference, received_at: datetime) -> None:
    contact = whatsapp_address(channel.workspace, event.party).contact
    contact.marketing_opt_out = event.opted_out
    contact.save(update_fields=["marketing_opt_out"])


def _call(channel: Channel, event: events.Call, received_at: datetime) -> None:
    """A call from the customer opens the window like a message does."""
    if not event.from_customer:
        return
    at = min(sane_time(event.provider_time, received_at), received_at)
    address = whatsapp_address(channel.workspace, event.party)
    theirs = Conversation.objects.filter(workspace_id=channel.workspace_id, channel=channel, address=address)
    theirs.update(last_inbound_at=Greatest("last_inbound_at", Value(at)))
    for conversation_id in theirs.live().values_list("pk", flat=True):
        publish(channel.workspace_id, "conversation", conversation_id)


def _contact_synced(channel: Channel, event: events.ContactSynced, received_at: datetime) -> None:
    if event.is_removed or not event.name:
        return
    name_contact(whatsapp_address(channel.workspace, event.party).contact, event.name)


def _account_notice(channel: Channel, event: events.AccountNotice, received_at: datetime) -> None:
    if event.is_alert and channel.trouble != event.text[:300]:
        channel.trouble = event.text[:300]
        channel.save(update_fields=["trouble"])
        record(channel, EventKind.CHANNEL_CHANGED, actor=None, trouble=channel.trouble)


def _template_changed(channel: Channel, event: events.TemplateChanged, received_at: datetime) -> None:
    """Templates are read from the provider when they are shown: nothing of ours goes stale."""


HANDLERS: dict[type[events.Event], Handler] = {
    events.AccountNotice: _account_notice,
    events.Call: _call,
    events.ContactSynced: _contact_synced,
    events.Echo: _echo,
    events.Edit: _edit,
    events.InboundMessage: _message,
    events.NumberChanged: _number_changed,
    events.Preference: _preference,
    events.Reaction: _reaction,
    events.Revoke: _revoke,
    events.Status: _status,
    events.TemplateChanged: _template_changed,
    events.UserIdChanged: _user_id_changed,
}
