"""The life of an outbound message, at most once.

`queued → sending → sent`, or back to `queued` when it surely was not sent, `failed` when it cannot be, `unconfirmed`
when nobody can know. A claim writes an attempt token before the network is touched; whoever comes back without the
token of the latest attempt changes nothing.
"""

import logging
import uuid

from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.realtime.publish import publish
from messaging.actions.addresses import learn_user_id
from messaging.actions.failures import follow_failure
from messaging.actions.outbox import WITHOUT_WINDOW
from messaging.actions.pausing import pause_channel, slow_channel
from messaging.actions.states import apply_events, follow_state
from messaging.channels.whatsapp.answers import SendResult
from messaging.channels.whatsapp.errors import Action, Failure, Unknown
from messaging.models import Address, Channel, Conversation, Message

PAUSED_WAIT = 20.0
LONGEST_WAIT = 900.0
MOST_ATTEMPTS = 30
WINDOW_SHUT = 131047
State = Message.State
logger = logging.getLogger(__name__)


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
    parts = ("conversation__contact", "conversation__address", "channel", "media", "quoted", "author")
    message = Message.objects.select_related(*parts).filter(pk=message_id).first()
    if message and message.state == State.SENDING:
        doubt(message)
    if message is None or message.state != State.QUEUED:
        return None
    if message.kind not in WITHOUT_WINDOW and not message.conversation.window_is_open:
        _miss_window(message)
        return None
    message.state, message.attempt_token, message.attempted_at = State.SENDING, uuid.uuid4(), timezone.now()
    taken = Message.objects.filter(pk=message_id, state=State.QUEUED).update(
        state=message.state, attempt_token=message.attempt_token, attempted_at=message.attempted_at
    )
    if not taken:
        return None
    _announce(message)
    return message


def settle(message: Message, outcome: SendResult | Failure) -> float | None:
    """Write down what came of an attempt; return the seconds after which to try again, or None."""
    if isinstance(outcome, SendResult):
        accept(message, external_id=outcome.external_id)
        if outcome.user_id:
            _learn(message.conversation.address, outcome.user_id)
        return None
    action, attempts = outcome.action, message.attempts + 1
    if isinstance(outcome, Unknown) or action == Action.UNCONFIRMED:
        doubt(message)
    elif action == Action.PAUSE_CHANNEL:
        pause_channel(message.channel, actor=None, trouble=outcome.text or str(outcome.code))
        return PAUSED_WAIT if give_back(message, attempts=message.attempts) else None
    elif action in (Action.RETRY, Action.RETRY_PAIR, Action.RETRY_CHANNEL) and attempts < MOST_ATTEMPTS:
        return _try_again(message, outcome, attempts)
    else:
        fail(message, action=action, code=outcome.code, text=outcome.text)
    return None


def accept(message: Message, *, external_id: str) -> bool:
    """The provider took the message and gave an id. False when another attempt has replaced this one."""
    return _conclude(message, State.SENT, external_id=external_id) or _complete_id(message, external_id)


def give_back(message: Message, *, attempts: int) -> bool:
    """The message surely was not sent: it is queued again, for the same job to retry."""
    return _conclude(message, State.QUEUED, attempts=attempts)


def doubt(message: Message) -> bool:
    """The provider may or may not have got it: only a status or a person can tell."""
    return _conclude(message, State.UNCONFIRMED)


def fail(message: Message, *, action: Action, code: int | None, text: str) -> bool:
    """The provider refused it for good; what `action` asks for besides is done."""
    return _conclude(message, State.FAILED, action=action, failure_code=code, failure_text=text[:300])


def _miss_window(message: Message) -> None:
    """It waited too long to be sent: who wrote it gets the text back."""
    shut = {"failure_code": WINDOW_SHUT, "failure_text": _("The 24-hour window is shut.")}
    _conclude(message, State.FAILED, among=[State.QUEUED], action=Action.WINDOW_SHUT, **shut)


def _try_again(message: Message, outcome: Failure, attempts: int) -> float | None:
    """A throttle on one person waits 4^n seconds, as the provider asks; others 2^n; one on the number slows it all."""
    growth = 4 ** (attempts - 1) if outcome.action == Action.RETRY_PAIR else 2**attempts
    wait = outcome.retry_after or min(float(growth), LONGEST_WAIT)
    if outcome.action == Action.RETRY_CHANNEL:
        slow_channel(message.channel, seconds=wait)
    return wait if give_back(message, attempts=attempts) else None


@transaction.atomic
def _conclude(
    message: Message,
    state: Message.State,
    *,
    among: list[Message.State] | None = None,
    action: Action = Action.FAIL,
    **columns: object,
) -> bool:
    """End the attempt that holds the message's token; False when it is not the latest or was ended already."""
    conversation = Conversation.objects.select_for_update().get(pk=message.conversation_id)
    ours = Message.objects.select_for_update().filter(pk=message.pk, attempt_token=message.attempt_token)
    current = ours.filter(state__in=among or [State.SENDING, State.UNCONFIRMED]).first()
    if current is None:
        return False
    before, current.state = current.state, state
    for name, value in columns.items():
        setattr(current, name, value)
    current.save(update_fields=["state", *columns])
    follow_state(conversation, current, before=before)
    apply_events(current, conversation=conversation)
    if state == State.FAILED == current.state:
        follow_failure(conversation, current, action=action)
    _announce(current)
    return True


def _complete_id(message: Message, external_id: str) -> bool:
    """A status overtook the provider's answer and moved the state on; the id is still worth keeping."""
    ours = Message.objects.filter(pk=message.pk, attempt_token=message.attempt_token, external_id=None)
    ours.update(external_id=external_id)
    return False


def _learn(address: Address, user_id: str) -> None:
    """Keep the user id that the provider named; whatever goes wrong there, the message was sent."""
    try:
        with transaction.atomic():
            learn_user_id(address, user_id)
    except DatabaseError:
        logger.warning("the user id of address %s was not kept", address.pk, exc_info=True)


def _announce(message: Message) -> None:
    publish(message.workspace_id, "message", message.conversation_id, message.pk)
