"""Which conversation a message belongs to: the open one, a reopened or woken one, or a new one."""

from datetime import datetime, timedelta

from django.db.models import Case, When
from django.utils import timezone

from helpdesk.accounts.models import Member, next_number
from helpdesk.audit.kinds import EventKind
from helpdesk.audit.record import record
from messaging.actions.timeline import note_event
from messaging.models import Address, Channel, Conversation

Status = Conversation.Status


def conversation_for(channel: Channel, address: Address, *, at: datetime, quiet: bool = False) -> Conversation:
    """Return the locked conversation that a message of `address` on `channel` belongs to.

    One open or snoozed conversation per channel and address. A resolved one is reopened within the workspace's reopen
    period; a snoozed one wakes. `quiet` is for what never reopens, wakes or starts waiting, such as old history.
    """
    current = _current(channel, address)
    if current is None:
        return start_conversation(channel, address, at=at, quiet=quiet)
    if quiet or current.status == Status.OPEN:
        return current
    if current.status == Status.SNOOZED:
        return bring_back(current, EventKind.CONVERSATION_WOKEN, actor=None)
    if _may_reopen(current, channel.workspace.reopen_days):
        return bring_back(current, EventKind.CONVERSATION_REOPENED, actor=None)
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
        status=Status.RESOLVED if quiet else Status.OPEN,
        resolved_at=at if quiet else None,
        last_message_at=at,
    )
    record(conversation, EventKind.CONVERSATION_STARTED, actor=None)
    return conversation


def bring_back(conversation: Conversation, kind: EventKind, *, actor: Member | None) -> Conversation:
    """Open a locked conversation again, by a new message (`actor` None) or by hand.

    It keeps its assignee if available, otherwise it goes to Unassigned; who brings back their own keeps it.
    """
    conversation.status = Status.OPEN
    conversation.resolved_at = conversation.snoozed_until = None
    assignee = conversation.assignee
    if assignee and not assignee.is_available and assignee != actor:
        conversation.assignee = None
    conversation.save(update_fields=["status", "resolved_at", "snoozed_until", "assignee"])
    record(conversation, kind, actor=actor)
    note_event(conversation, kind, actor=actor)
    return conversation


def _current(channel: Channel, address: Address) -> Conversation | None:
    """Return the live conversation, or the latest: one reopened by hand may be older than a resolved one."""
    found = Conversation.objects.select_for_update(of=("self",)).select_related("contact", "assignee")
    found = found.filter(workspace_id=channel.workspace_id, channel=channel, address=address)
    return found.order_by(Case(When(status=Status.RESOLVED, then=1), default=0), "-id").first()


def _may_reopen(conversation: Conversation, reopen_days: int) -> bool:
    assert conversation.resolved_at is not None
    return timezone.now() - conversation.resolved_at <= timedelta(days=reopen_days)
