"""What we wrote some time ago. Sending lives in the present: no action can send a reply of last week today."""

import uuid
from datetime import datetime
from typing import Any

from helpdesk.accounts.models import Member
from helpdesk.files.models import StoredFile
from messaging.actions.states import follow_state
from messaging.actions.unread import mark_read_by_all
from messaging.demo.script import Line
from messaging.models import Conversation, Message
from messaging.simulator.provider.chats import new_wamid

State = Message.State


def write_then(
    conversation: Conversation,
    line: Line,
    *,
    author: Member,
    at: datetime,
    quoted: Message | None,
    file: StoredFile | None,
) -> Message:
    """Write down a note, or what we sent at that time and what has become of it; the conversation follows."""
    is_note = line.kind == Message.Kind.NOTE
    message = Message.objects.create(
        workspace_id=conversation.workspace_id,
        conversation=conversation,
        channel_id=conversation.channel_id,
        direction=Message.Direction.INTERNAL if is_note else Message.Direction.OUT,
        kind=line.kind,
        origin=Message.Origin.AGENT,
        author=author,
        text=line.text,
        payload=line.payload,
        provider_time=at,
        quoted=quoted,
        quoted_external_id=(quoted.external_id or "") if quoted else "",
        media=file,
        media_state=Message.MediaState.STORED if file else "",
        **({} if is_note else _attempt(line, at)),
    )
    if not is_note:
        conversation.refresh_from_db()
        follow_state(conversation, message, before=State.SENDING)
        mark_read_by_all(conversation)
    return message


def _attempt(line: Line, at: datetime) -> dict[str, Any]:
    """Return what the sender left on the message."""
    return {
        "state": line.state,
        "external_id": None if line.state == State.UNCONFIRMED else new_wamid(),
        "callback_id": uuid.uuid4(),
        "attempts": 1,
        "attempted_at": at,
        "failure_code": line.failure.get("code"),
        "failure_text": line.failure.get("text", ""),
    }
