"""The life of an outbound message, at most once.

`queued → sending → sent`, or back to `queued` when it surely was not sent, `failed` when it cannot be, `unconfirmed`
when nobody can know. A claim writes an attempt token before the network is touched; whoever comes back without the
token of the latest attempt changes nothing.
"""

import uuid
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from helpdesk.accounts.models import Member
from helpdesk.audit.kinds import EventKind
from helpdesk.audit.record import record
from helpdesk.realtime.publish import publish
from messaging.actions.replies import enqueue_delivery
from messaging.actions.states import apply_events, follow_state
from messaging.models import Channel, Conversation, Draft, Message

LEASE = timedelta(minutes=2)
State = Message.State


@transaction.atomic
def claim(message_id: int) -> Message | None:
    """Take a queued message for one attempt; None when it is not queued any more. Commit before the network."""
    token = uuid.uuid4()
    taken = Message.objects.filter(pk=message_id, state=State.QUEUED).update(
        state=State.SENDING, attempt_token=token, attempted_at=timezone.now()
    )
    if not taken:
        return None
    message = Message.objects.select_related(
        "conversation__contact", "conversation__address", "channel", "media", "quoted"
    ).get(pk=message_id)
    _announce(message)
    return message


def accept(message: Message, *, external_id: str) -> bool:
    """The provider took the message and gave an id. False when another attempt has replaced this one."""
    return _conclude(message, state=State.SENT, external_id=external_id)


def give_back(message: Message, *, attempts: int) -> bool:
    """The message surely was not sent: it is queued again, for the same job to retry."""
    return _conclude(message, state=State.QUEUED, attempts=attempts)


def doubt(message: Message) -> bool:
    """The provider may or may not have got it: only a status or a person can tell."""
    return _conclude(message, state=State.UNCONFIRMED)


@transaction.atomic
def fail(message: Message, *, code: int | None, text: str) -> bool:
    """The provider refused it for good; a reaction that was shown already goes away."""
    failed = _conclude(message, state=State.FAILED, failure_code=code, failure_text=text[:300])
    if failed and message.kind == Message.Kind.REACTION and message.quoted_id:
        _take_reaction_back(message)
    return failed


@transaction.atomic
def return_as_draft(message: Message) -> bool:
    """The window shut before it was sent: the text goes back to its author."""
    if not fail(message, code=131047, text="The 24-hour window is shut."):
        return False
    if message.author_id and message.text:
        draft, created = Draft.objects.get_or_create(
            workspace_id=message.workspace_id,
            member_id=message.author_id,
            conversation_id=message.conversation_id,
            kind=Draft.Kind.REPLY,
            defaults={"text": message.text},
        )
        if not created and message.text not in draft.text:
            draft.text = f"{draft.text}\n{message.text}".strip()
            draft.save(update_fields=["text", "updated_at"])
    return True


@transaction.atomic
def pause_channel(channel: Channel, *, trouble: str) -> None:
    """Stop sending on a channel whose credentials do not work; its queue stays."""
    channel = Channel.objects.select_for_update().get(pk=channel.pk)
    if channel.status == Channel.Status.PAUSED:
        return
    channel.status, channel.trouble = Channel.Status.PAUSED, trouble[:300]
    channel.save(update_fields=["status", "trouble"])
    record(channel, EventKind.CHANNEL_PAUSED, actor=None, trouble=channel.trouble)


@transaction.atomic
def resume_channel(channel: Channel, *, actor: Member | None) -> Channel:
    """Send again; what waited in the queue goes out in its order."""
    channel = Channel.objects.select_for_update().get(pk=channel.pk)
    channel.status, channel.trouble, channel.slow_until = Channel.Status.ACTIVE, "", None
    channel.save(update_fields=["status", "trouble", "slow_until"])
    record(channel, EventKind.CHANNEL_RESUMED, actor=actor)
    return channel


def doubt_abandoned(workspace_id: int) -> int:
    """Mark what a dead sender left behind as unconfirmed; return how many. Run it inside the workspace's scope."""
    abandoned = Message.objects.filter(
        workspace_id=workspace_id, state=State.SENDING, attempted_at__lt=timezone.now() - LEASE
    )
    return sum(doubt(message) for message in abandoned)


def enqueue_forgotten(workspace_id: int) -> int:
    """Give queued messages whose job is gone a new one; return how many. Claims make a second job harmless."""
    overdue = Message.objects.filter(
        workspace_id=workspace_id, state=State.QUEUED, send_after__lt=timezone.now() - timedelta(minutes=15)
    ).exclude(channel__status=Channel.Status.PAUSED)
    for message in (found := list(overdue[:500])):
        enqueue_delivery(message)
    return len(found)


@transaction.atomic
def _conclude(message: Message, *, state: Message.State, **columns: object) -> bool:
    conversation = Conversation.objects.select_for_update().get(pk=message.conversation_id)
    current = (
        Message.objects.select_for_update()
        .filter(pk=message.pk, attempt_token=message.attempt_token, state__in=(State.SENDING, State.UNCONFIRMED))
        .first()
    )
    if current is None:
        return _complete_id(message, columns)
    before = current.state
    current.state = state
    for name, value in columns.items():
        setattr(current, name, value)
    current.save(update_fields=["state", *columns])
    follow_state(conversation, current, before=before)
    apply_events(current, conversation=conversation)
    _announce(current)
    return True


def _take_reaction_back(message: Message) -> None:
    target = Message.objects.select_for_update().get(pk=message.quoted_id)
    target.reactions = [reaction for reaction in target.reactions if reaction["side"] != "out"]
    target.save(update_fields=["reactions"])
    _announce(target)


def _complete_id(message: Message, columns: dict[str, object]) -> bool:
    """A status overtook the provider's answer and moved the state on; the id is still worth keeping."""
    if "external_id" in columns:
        Message.objects.filter(pk=message.pk, attempt_token=message.attempt_token, external_id=None).update(
            external_id=columns["external_id"]
        )
    return False


def _announce(message: Message) -> None:
    publish(message.workspace_id, "message", message.conversation_id, message.pk)
