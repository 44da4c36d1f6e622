"""What a message shows: the sum of what the sender knows and of all that the provider said, in whatever order."""

from django.db.models import Q

from messaging.actions.failures import follow_failure
from messaging.actions.reactions import shown_reactions
from messaging.actions.summary import is_last, show_as_last
from messaging.actions.waiting import HUMAN, mark_answered, refresh_waiting
from messaging.channels.whatsapp.errors import action_for
from messaging.models import Conversation, Message, ProviderEvent

State = Message.State
Said = ProviderEvent.Kind
STATUS = ["state", "external_id", "failure_code", "failure_text"]
CONTENT = ["text", "edited_at", "deleted_at"]


def merged_state(local: str, said: set[str]) -> str:
    """Return the state of an outbound message: `local` is the sender's view, `said` the statuses the provider gave.

    Proof of arrival beats a failure, a failure beats `sent`; the order of the statuses plays no part.
    Source: the provider's status reference (a `read` may come without `delivered`, a `failed` after `sent`).
    """
    if Said.READ in said:
        return State.READ
    if Said.DELIVERED in said:
        return State.DELIVERED
    if Said.FAILED in said:
        return State.FAILED
    return State.SENT if Said.SENT in said else local


def apply_events(message: Message, *, conversation: Conversation) -> bool:
    """Bring a message up to date with its provider events; True when something changed. Call it inside a transaction.

    The conversation must be locked by the caller; its row in the list and its waiting follow.
    """
    said = _said_about(message)
    if not said:
        return False
    before, state = _shown(message), message.state
    if message.is_outbound:
        _apply_statuses(message, said)
    _apply_edits(message, said)
    if any(event.kind == Said.REACTION for event in said):
        message.reactions = shown_reactions(message)
    if before == _shown(message):
        return False
    message.save(update_fields=[*STATUS, *CONTENT, "payload", "reactions"])
    follow_state(conversation, message, before=state)
    if message.state == State.FAILED != state:
        follow_failure(conversation, message, action=action_for(message.failure_code, None))
    return True


def follow_state(conversation: Conversation, message: Message, *, before: str) -> None:
    """Let the conversation follow a message that changed, and whose state was `before`; saves it."""
    changed = show_as_last(conversation, message) if is_last(conversation, message) else []
    if message.origin in HUMAN and message.kind != Message.Kind.REACTION:
        was_answer = before in (State.SENT, State.DELIVERED, State.READ)
        if message.was_sent and not was_answer:
            changed += mark_answered(conversation, message.pk)
        elif was_answer and not message.was_sent:
            changed += refresh_waiting(conversation)
    if changed:
        conversation.save(update_fields=changed)


def _shown(message: Message) -> list[object]:
    return [getattr(message, name) for name in (*STATUS, *CONTENT, "reactions")]


def _said_about(message: Message) -> list[ProviderEvent]:
    """Return the message's events in the provider's order. A status that names our id may bring the provider's."""
    said = _events(message)
    if not message.is_outbound or message.external_id:
        return said
    message.external_id = next((event.target for event in said if event.target), None)
    return _events(message) if message.external_id else said


def _events(message: Message) -> list[ProviderEvent]:
    theirs = Q(callback_id=message.callback_id) if message.callback_id else Q(pk=None)
    if message.external_id:
        theirs |= Q(target=message.external_id)
    found = ProviderEvent.objects.filter(theirs, workspace_id=message.workspace_id, channel_id=message.channel_id)
    return list(found.order_by("provider_time", "id"))


def _apply_statuses(message: Message, said: list[ProviderEvent]) -> None:
    failures = [event.value for event in said if event.kind == Said.FAILED]
    message.state = merged_state(message.state, {event.kind for event in said})
    if message.state != State.FAILED:
        message.failure_code, message.failure_text = None, ""
    elif failures:
        message.failure_code, message.failure_text = failures[0]["code"], failures[0]["text"][:300]


def _apply_edits(message: Message, said: list[ProviderEvent]) -> None:
    edits = [event for event in said if event.kind == Said.EDIT]
    deletes = [event for event in said if event.kind == Said.DELETE]
    if edits:
        message.payload.setdefault("original_text", message.text)
        message.text, message.edited_at = edits[-1].value["text"], edits[-1].provider_time
    if deletes:
        message.deleted_at = deletes[0].provider_time
