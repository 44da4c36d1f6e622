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
from helpdesk.accounts.tenancy import system_scope, workspace_scope
from helpdesk.audit.kinds import EventKind
from helpdesk.audit.record import record
from helpdesk.realtime.publish import publish
from messaging.actions.addresses import learn_user_id
from messaging.actions.drafts import keep_as_draft
from messaging.actions.replies import WITHOUT_WINDOW, enqueue_delivery
from messaging.actions.states import apply_events, follow_state
from messaging.channels.whatsapp.answers import SendResult
from messaging.channels.whatsapp.errors import Action, Failure, Unknown
from messaging.models import Channel, Contact, Conversation, Message

LEASE = timedelta(minutes=2)
PAUSED_WAIT = 20.0
LONGEST_WAIT = 900.0
MOST_ATTEMPTS = 30
State = Message.State


def seconds_to_wait(message_id: int) -> float:
    """Return how long a queued message has to wait: for its undo time, a throttled channel, or a paused one."""
    message = Message.objects.select_related("channel").filter(pk=message_id, state=State.QUEUED).first()
    if message is None:
        return 0
    if message.channel.status == Channel.Status.PAUSED:
        return PAUSED_WAIT
    moments = [moment for moment in (message.send_after, message.channel.slow_until) if moment]
    return max([0.0, *((moment - timezone.now()).total_seconds() for moment in moments)])


@transaction.atomic
def claim(message_id: int) -> Message | None:
    """Take a queued message for one attempt; None when there is nothing to send. Commit before the network.

    A message found as `sending` was left by a sender that died or sleeps: the jobs of a conversation run one at a time.
    """
    token = uuid.uuid4()
    taken = Message.objects.filter(pk=message_id, state=State.QUEUED).update(
        state=State.SENDING, attempt_token=token, attempted_at=timezone.now()
    )
    parts = ("conversation__contact", "conversation__address", "channel", "media", "quoted", "author")
    message = Message.objects.select_related(*parts).filter(pk=message_id).first()
    if message and not taken and message.state == State.SENDING:
        doubt(message)
    if message is None or not taken:
        return None
    if message.kind not in WITHOUT_WINDOW and not message.conversation.window_is_open:
        return_as_draft(message)
        return None
    _announce(message)
    return message


def settle(message: Message, outcome: SendResult | Failure) -> float | None:
    """Write down what came of an attempt; return the seconds after which to try again, or None."""
    if isinstance(outcome, SendResult):
        accept(message, external_id=outcome.external_id)
        learn_user_id(message.conversation.address, outcome.user_id)
        return None
    action, attempts = outcome.action, message.attempts + 1
    if isinstance(outcome, Unknown) or action == Action.UNCONFIRMED:
        doubt(message)
    elif action == Action.WINDOW_SHUT:
        return_as_draft(message)
    elif action == Action.PAUSE_CHANNEL:
        pause_channel(message.channel, trouble=outcome.text or str(outcome.code))
        return PAUSED_WAIT if give_back(message, attempts=message.attempts) else None
    elif action in (Action.RETRY, Action.RETRY_PAIR, Action.RETRY_CHANNEL) and attempts < MOST_ATTEMPTS:
        return _try_again(message, outcome, attempts)
    else:
        _give_up(message, outcome)
    return None


def _try_again(message: Message, outcome: Failure, attempts: int) -> float | None:
    """A throttle on one person waits 4^n seconds, as the provider asks; others 2^n; one on the number slows it all."""
    growth = 4 ** (attempts - 1) if outcome.action == Action.RETRY_PAIR else 2**attempts
    wait = outcome.retry_after or min(float(growth), LONGEST_WAIT)
    if outcome.action == Action.RETRY_CHANNEL:
        Channel.objects.filter(pk=message.channel_id).update(slow_until=timezone.now() + timedelta(seconds=wait))
    return wait if give_back(message, attempts=attempts) else None


def _give_up(message: Message, outcome: Failure) -> None:
    fail(message, code=outcome.code, text=outcome.text)
    if outcome.action == Action.OPTED_OUT:
        Contact.objects.filter(pk=message.conversation.contact_id).update(marketing_opt_out=True)
    if outcome.action in (Action.ALERT, Action.STOP_TEMPLATES):
        Channel.objects.filter(pk=message.channel_id).update(trouble=outcome.text[:300])


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
    if message.author:
        keep_as_draft(message.conversation, member=message.author, text=message.text)
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


def recover_all() -> None:
    """Settle what dead senders left behind, in every workspace: a backstop behind the recovery of stalled jobs."""
    with system_scope("find messages that a sender left behind"):
        stuck = Message.objects.filter(state__in=(State.SENDING, State.QUEUED))
        workspaces = list(stuck.values_list("workspace_id", flat=True).distinct().order_by())
    for workspace_id in workspaces:
        with workspace_scope(workspace_id):
            doubt_abandoned(workspace_id)
            enqueue_forgotten(workspace_id)


def doubt_abandoned(workspace_id: int) -> int:
    """Mark what a dead sender left behind as unconfirmed; return how many. Run it inside the workspace's scope."""
    abandoned = Message.objects.filter(
        workspace_id=workspace_id, state=State.SENDING, attempted_at__lt=timezone.now() - LEASE
    )
    return sum(doubt(message) for message in abandoned)


def enqueue_forgotten(workspace_id: int) -> int:
    """Give queued messages whose job is gone a new one; return how many. Claims make a second job harmless."""
    overdue = Message.objects.filter(
        workspace_id=workspace_id, state=State.QUEUED, send_after__lt=timezone.now() - timedelta(minutes=30)
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
