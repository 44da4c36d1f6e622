"""Which conversation a message belongs to: the open one, a reopened or woken one, or a new one."""

from datetime import datetime, timedelta

from django.utils import timezone

from helpdesk.accounts.models import next_number
from helpdesk.audit.kinds import EventKind
from helpdesk.audit.record import record
from messaging.actions.timeline import note_event
from messaging.models import Address, Channel, Conversation


def conversation_for(channel: Channel, address: Address, *, at: datetime, quiet: bool = False) -> Conversation:
    """Return the locked conversation that a message of `address` on `channel` belongs to.

    One open or snoozed conversation per channel and address. A resolved one is reopened within the workspace's reopen
    period; a snoozed one wakes. `quiet` is for what never reopens, wakes or starts waiting, such as old history.
    """
    latest = (
        Conversation.objects.select_for_update(of=("self",))
        .select_related("contact", "assignee")
        .filter(workspace_id=channel.workspace_id, channel=channel, address=address)
        .order_by("-id")
        .first()
    )
    if latest is None:
        return start_conversation(channel, address, at=at, quiet=quiet)
    if quiet or latest.status == Conversation.Status.OPEN:
        return latest
    if latest.status == Conversation.Status.SNOOZED:
        return _bring_back(latest, EventKind.CONVERSATION_WOKEN)
    if _may_reopen(latest):
        return _bring_back(latest, EventKind.CONVERSATION_REOPENED)
    return start_conversation(channel, address, at=at)


def start_conversation(channel: Channel, address: Address, *, at: datetime, quiet: bool = False) -> Conversation:
    """Open a new conversation in the channel's team; a quiet one is resolved from the start."""
    conversation = Conversation.objects.create(
        workspace_id=channel.workspace_id,
        number=next_number(channel.workspace_id, "conversation"),
        contact=address.contact,
        channel=channel,
        address=address,
        team_id=channel.team_id,
        status=Conversation.Status.RESOLVED if quiet else Conversation.Status.OPEN,
        resolved_at=at if quiet else None,
        last_message_at=at,
    )
    record(conversation, EventKind.CONVERSATION_STARTED, actor=None)
    return conversation


def _may_reopen(conversation: Conversation) -> bool:
    assert conversation.resolved_at is not None
    days = conversation.workspace.reopen_days
    return timezone.now() - conversation.resolved_at <= timedelta(days=days)


def _bring_back(conversation: Conversation, kind: EventKind) -> Conversation:
    """Open again; it keeps its assignee if available, otherwise it goes to Unassigned."""
    conversation.status = Conversation.Status.OPEN
    conversation.resolved_at = conversation.snoozed_until = None
    if conversation.assignee and not conversation.assignee.is_available:
        conversation.assignee = None
    conversation.save(update_fields=["status", "resolved_at", "snoozed_until", "assignee"])
    record(conversation, kind, actor=None)
    note_event(conversation, kind, actor=None)
    return conversation
