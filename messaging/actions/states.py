"""What a message shows: the sum of what the sender knows and of all that the provider said, in whatever order."""

from datetime import datetime

from django.db.models import Q

from messaging.actions.summary import refresh_summary, show_as_last
from messaging.actions.waiting import HUMAN, mark_answered, refresh_waiting
from messaging.models import Conversation, Message, ProviderEvent

State = Message.State
Said = ProviderEvent.Kind


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
    said = list(_events(message))
    if not said:
        return False
    before = (message.state, message.text, message.deleted_at, list(message.reactions))
    if message.is_outbound:
        _apply_statuses(message, said)
    _apply_edits(message, said)
    message.reactions = _reactions(said, message.reactions)
    if before == (message.state, message.text, message.deleted_at, message.reactions):
        return False
    message.save()
    _update_conversation(conversation, message, before_state=before[0])
    return True


def follow_state(conversation: Conversation, message: Message, *, before: str) -> None:
    """Let the conversation follow a message whose state went from `before` to what it is now; saves it."""
    changed = show_as_last(conversation, message)
    if message.origin in HUMAN and message.kind != Message.Kind.REACTION:
        was_answer = before in (State.SENT, State.DELIVERED, State.READ)
        if message.was_sent and not was_answer:
            changed += mark_answered(conversation, message.pk)
        elif was_answer and not message.was_sent:
            changed += refresh_waiting(conversation)
    if changed:
        conversation.save(update_fields=changed)


def _events(message: Message) -> list[ProviderEvent]:
    theirs = Q(callback_id=message.callback_id) if message.callback_id else Q(pk=None)
    if message.external_id:
        theirs |= Q(target=message.external_id)
    found = ProviderEvent.objects.filter(theirs, workspace_id=message.workspace_id, channel_id=message.channel_id)
    return list(found.order_by("provider_time", "id"))


def _apply_statuses(message: Message, said: list[ProviderEvent]) -> None:
    kinds = {event.kind for event in said}
    state = merged_state(message.state, kinds)
    if not message.external_id and state != message.state:
        message.external_id = next((event.target for event in said if event.callback_id), None)
    if state == State.FAILED and message.state != State.FAILED:
        reason = next(event.value for event in said if event.kind == Said.FAILED)
        message.failure_code, message.failure_text = reason.get("code"), str(reason.get("text", ""))[:300]
    message.state = state


def _apply_edits(message: Message, said: list[ProviderEvent]) -> None:
    edits = [event for event in said if event.kind == Said.EDIT]
    deletes = [event for event in said if event.kind == Said.DELETE]
    if edits:
        message.payload.setdefault("original_text", message.text)
        message.text, message.edited_at = str(edits[-1].value.get("text", "")), edits[-1].provider_time
    if deletes and message.deleted_at is None:
        message.deleted_at = _earliest(deletes)


def _earliest(said: list[ProviderEvent]) -> datetime:
    return min(event.provider_time for event in said)


def _reactions(said: list[ProviderEvent], shown: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return the last reaction of each side; ours, made here, stays until the provider says otherwise."""
    latest = {reaction["side"]: reaction["emoji"] for reaction in shown}
    for event in said:
        if event.kind == Said.REACTION:
            latest[event.side] = str(event.value.get("emoji", ""))
    return [{"side": side, "emoji": emoji} for side, emoji in sorted(latest.items()) if emoji]


def _update_conversation(conversation: Conversation, message: Message, *, before_state: str) -> None:
    if message.is_outbound and message.state != before_state:
        follow_state(conversation, message, before=before_state)
    elif message.provider_time >= conversation.last_message_at:
        refresh_summary(conversation)
