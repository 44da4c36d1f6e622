"""The way out: a message is stored as queued together with the job that sends it, in order per conversation."""

import uuid
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.models import Member
from helpdesk.errors import RuleViolation
from helpdesk.jobs import enqueue
from helpdesk.realtime.publish import publish
from messaging.actions.assignment import take_if_unassigned
from messaging.actions.drafts import forget_draft
from messaging.actions.reading import request_receipt
from messaging.actions.summary import show_as_last
from messaging.actions.unread import mark_read_by_all
from messaging.models import Conversation, Draft, Message

Kind = Message.Kind
WITHOUT_WINDOW = (Kind.TEMPLATE,)


@transaction.atomic
def queue_message(
    conversation: Conversation,
    *,
    actor: Member | None,
    client_token: uuid.UUID | None,
    origin: Message.Origin,
    content: dict[str, Any],
) -> Message:
    locked = Conversation.objects.select_for_update(of=("self",)).select_related("contact", "workspace")
    conversation = locked.get(pk=conversation.pk)
    if known := sent_before(conversation, actor, client_token):
        return known
    refuse_sending(conversation, content["kind"])
    undo = conversation.workspace.undo_seconds if _can_undo(origin, content) else 0
    quoted = content.pop("quoted", None)
    message = Message.objects.create(
        workspace_id=conversation.workspace_id,
        conversation=conversation,
        channel_id=conversation.channel_id,
        direction=Message.Direction.OUT,
        origin=origin,
        author=actor,
        client_token=client_token,
        callback_id=uuid.uuid4(),
        quoted=quoted,
        quoted_external_id=(quoted.external_id or "") if quoted else "",
        provider_time=timezone.now(),
        send_after=timezone.now() + timedelta(seconds=undo),
        state=Message.State.QUEUED,
        **content,
    )
    changed = show_as_last(conversation, message)
    if actor and content["kind"] != Kind.REACTION:
        changed += take_if_unassigned(conversation, actor)
        mark_read_by_all(conversation)
        forget_draft(conversation, member=actor, kind=Draft.Kind.REPLY)
        if conversation.workspace.read_receipts == "reply":
            request_receipt(conversation)
    if changed:
        conversation.save(update_fields=changed)
    enqueue_delivery(message, wait=undo)
    publish(conversation.workspace_id, "message", conversation.pk, message.pk)
    return message


def refuse_sending(conversation: Conversation, kind: str) -> None:
    """Raise `RuleViolation` when nothing of this kind can be sent in the conversation now."""
    if conversation.is_resolved and kind != Kind.REACTION:
        raise RuleViolation(_("This conversation is resolved. Reopen it to write."))
    if conversation.contact.blocked:
        raise RuleViolation(_("This contact is blocked."))
    if kind not in WITHOUT_WINDOW and not conversation.window_is_open:
        raise RuleViolation(
            _("The customer last wrote more than 24 hours ago. WhatsApp only takes a template until they write again.")
        )


def enqueue_delivery(message: Message, *, wait: float = 0) -> None:
    """Hand a queued message to the sender; those of one conversation go one after the other."""
    enqueue(
        "messaging.deliver",
        lock=f"conversation:{message.conversation_id}",
        schedule_in=wait,
        workspace_id=message.workspace_id,
        message_id=message.pk,
    )


def sent_before(conversation: Conversation, actor: Member | None, token: uuid.UUID | None) -> Message | None:
    """The message that an earlier submit of the same form made, if this is a repetition."""
    if token is None:
        return None
    sent = Message.objects.filter(workspace_id=conversation.workspace_id, author=actor, client_token=token)
    return sent.first()


def _can_undo(origin: Message.Origin, content: dict[str, Any]) -> bool:
    return origin == Message.Origin.AGENT and content["kind"] != Kind.REACTION
