"""What agents write: stored first, sent by a job, in order per conversation."""

import uuid
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.models import Member
from helpdesk.accounts.permissions import Permission
from helpdesk.errors import RuleViolation
from helpdesk.files.models import StoredFile
from helpdesk.jobs import enqueue
from helpdesk.realtime.publish import publish
from messaging.actions.assignment import take_if_unassigned
from messaging.actions.drafts import forget_draft
from messaging.actions.reading import request_receipt
from messaging.actions.summary import show_as_last
from messaging.actions.unread import mark_read_by_all
from messaging.channels.whatsapp.limits import MAX_CAPTION, MAX_TEXT
from messaging.models import Conversation, Draft, Message

Kind = Message.Kind
SILENT = (Kind.AUDIO, Kind.VOICE, Kind.STICKER)
WITHOUT_WINDOW = (Kind.TEMPLATE,)


def may_reply(conversation: Conversation, actor: Member) -> bool:
    return actor.may(Permission.CONVERSATIONS_REPLY) and actor.workspace_id == conversation.workspace_id


def send_text(
    conversation: Conversation,
    *,
    actor: Member,
    text: str,
    client_token: uuid.UUID | None = None,
    quoted: Message | None = None,
    origin: Message.Origin = Message.Origin.AGENT,
) -> Message:
    """Queue a text of 1 to 4096 characters, with the quoted message if there is one."""
    text = text.strip()
    if not text:
        raise RuleViolation(_("Write something first."))
    if len(text) > MAX_TEXT:
        raise RuleViolation(_("A message has at most %(limit)d characters.") % {"limit": MAX_TEXT})
    content = {"kind": Kind.TEXT, "text": text, "quoted": quoted}
    return _queue(conversation, actor=actor, client_token=client_token, origin=origin, content=content)


def send_media(
    conversation: Conversation,
    *,
    actor: Member,
    file: StoredFile,
    kind: Message.Kind,
    caption: str = "",
    client_token: uuid.UUID | None = None,
    quoted: Message | None = None,
    origin: Message.Origin = Message.Origin.AGENT,
) -> Message:
    """Queue a stored file as `kind`; the caller checked it against the provider's limits."""
    if len(caption) > MAX_CAPTION:
        raise RuleViolation(_("A caption has at most %(limit)d characters.") % {"limit": MAX_CAPTION})
    if caption.strip() and kind in SILENT:
        raise RuleViolation(_("Sound and stickers carry no text. Send the text by itself."))
    content = {"kind": kind, "text": caption.strip(), "media": file, "quoted": quoted, "media_state": "stored"}
    return _queue(conversation, actor=actor, client_token=client_token, origin=origin, content=content)


def send_template(
    conversation: Conversation,
    *,
    actor: Member | None,
    template: dict[str, Any],
    text: str,
    client_token: uuid.UUID | None = None,
    origin: Message.Origin = Message.Origin.AGENT,
) -> Message:
    """Queue a template: `template` is `{name, language, components}`, `text` what the customer will read."""
    if template.get("category") == "MARKETING" and conversation.contact.marketing_opt_out:
        raise RuleViolation(_("This person asked for no marketing messages."))
    content = {"kind": Kind.TEMPLATE, "text": text, "payload": {"template": template}}
    return _queue(conversation, actor=actor, client_token=client_token, origin=origin, content=content)


def send_buttons(
    conversation: Conversation,
    *,
    actor: Member | None,
    text: str,
    buttons: list[dict[str, str]],
    client_token: uuid.UUID | None = None,
    origin: Message.Origin = Message.Origin.AUTOMATIC,
) -> Message:
    """Queue a text with up to three reply buttons, each `{id, title}`."""
    content = {"kind": Kind.INTERACTIVE, "text": text, "payload": {"buttons": buttons}}
    return _queue(conversation, actor=actor, client_token=client_token, origin=origin, content=content)


@transaction.atomic
def react(conversation: Conversation, *, actor: Member, target: Message, emoji: str) -> Message:
    """Queue a reaction to a message of the customer; an empty emoji takes it back. It shows at once."""
    if not target.external_id or target.is_outbound:
        raise RuleViolation(_("Only a message from the customer can get a reaction."))
    content = {"kind": Kind.REACTION, "text": emoji[:16], "quoted": target}
    message = _queue(conversation, actor=actor, client_token=None, origin=Message.Origin.AGENT, content=content)
    target = Message.objects.select_for_update().get(pk=target.pk)
    others = [reaction for reaction in target.reactions if reaction["side"] != "out"]
    target.reactions = [*others, *([{"side": "out", "emoji": emoji[:16]}] if emoji else [])]
    target.save(update_fields=["reactions"])
    publish(conversation.workspace_id, "message", conversation.pk, target.pk)
    return message


@transaction.atomic
def write_note(
    conversation: Conversation, *, actor: Member, text: str, client_token: uuid.UUID | None = None
) -> Message:
    """Add a note that only the team sees."""
    text = text.strip()
    if not text:
        raise RuleViolation(_("Write something first."))
    if len(text) > MAX_TEXT:
        raise RuleViolation(_("A note has at most %(limit)d characters.") % {"limit": MAX_TEXT})
    conversation = Conversation.objects.select_for_update().get(pk=conversation.pk)
    if known := _sent_before(conversation, actor, client_token):
        return known
    note = Message.objects.create(
        workspace_id=conversation.workspace_id,
        conversation=conversation,
        channel_id=conversation.channel_id,
        direction=Message.Direction.INTERNAL,
        kind=Kind.NOTE,
        origin=Message.Origin.AGENT,
        author=actor,
        text=text,
        client_token=client_token,
        provider_time=timezone.now(),
    )
    publish(conversation.workspace_id, "message", conversation.pk, note.pk)
    return note


@transaction.atomic
def _queue(
    conversation: Conversation,
    *,
    actor: Member | None,
    client_token: uuid.UUID | None,
    origin: Message.Origin,
    content: dict[str, Any],
) -> Message:
    conversation = Conversation.objects.select_for_update().get(pk=conversation.pk)
    if known := _sent_before(conversation, actor, client_token):
        return known
    _guard(conversation, content)
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


def enqueue_delivery(message: Message, *, wait: float = 0) -> None:
    """Hand a queued message to the sender; those of one conversation go one after the other."""
    enqueue(
        "messaging.deliver",
        lock=f"conversation:{message.conversation_id}",
        schedule_in=wait,
        workspace_id=message.workspace_id,
        message_id=message.pk,
    )


def _sent_before(conversation: Conversation, actor: Member | None, token: uuid.UUID | None) -> Message | None:
    """The message that an earlier submit of the same form made, if this is a repetition."""
    if token is None:
        return None
    sent = Message.objects.filter(workspace_id=conversation.workspace_id, author=actor, client_token=token)
    return sent.first()


def _guard(conversation: Conversation, content: dict[str, Any]) -> None:
    if conversation.is_resolved and content["kind"] != Kind.REACTION:
        raise RuleViolation(_("This conversation is resolved. Reopen it to write."))
    if conversation.contact.blocked:
        raise RuleViolation(_("This contact is blocked."))
    if content["kind"] not in WITHOUT_WINDOW and not conversation.window_is_open:
        raise RuleViolation(
            _("The customer last wrote more than 24 hours ago. WhatsApp only takes a template until they write again.")
        )


def _can_undo(origin: Message.Origin, content: dict[str, Any]) -> bool:
    return origin == Message.Origin.AGENT and content["kind"] != Kind.REACTION
