"""Lines in the thread that say what happened to the conversation."""

from typing import Any

from django.utils import timezone

from helpdesk.accounts.models import Member
from helpdesk.audit.kinds import EventKind
from helpdesk.realtime.publish import publish
from messaging.models import Conversation, Message


def note_event(conversation: Conversation, kind: EventKind, *, actor: Member | None, **data: Any) -> Message:
    """Add a line about `kind` to the thread; `data` names what the sentence needs, such as the new assignee."""
    message = Message.objects.create(
        workspace_id=conversation.workspace_id,
        conversation=conversation,
        channel_id=conversation.channel_id,
        direction=Message.Direction.INTERNAL,
        kind=Message.Kind.EVENT,
        origin=Message.Origin.AGENT if actor else Message.Origin.AUTOMATIC,
        author=actor,
        payload={"event": kind.value, **data},
        provider_time=timezone.now(),
    )
    publish(conversation.workspace_id, "message", conversation.pk, message.pk)
    return message
