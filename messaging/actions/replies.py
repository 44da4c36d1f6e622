"""What agents and programs write to the customer."""

import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.models import Member
from helpdesk.accounts.permissions import Permission
from helpdesk.errors import RuleViolation
from helpdesk.files.models import StoredFile
from helpdesk.realtime.publish import publish
from messaging.actions.drafts import forget_draft
from messaging.actions.outbox import queue_message, refuse_sending, sent_before
from messaging.actions.reactions import refresh_reactions
from messaging.channels.whatsapp.limits import MAX_CAPTION, MAX_TEXT
from messaging.models import Conversation, Draft, Message

Kind = Message.Kind
SILENT = (Kind.AUDIO, Kind.VOICE, Kind.STICKER)


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
    return queue_message(conversation, actor=actor, client_token=client_token, origin=origin, content=content)


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
    _refuse_caption(kind, caption)
    content = {"kind": kind, "text": caption.strip(), "media": file, "quoted": quoted, "media_state": "stored"}
    return queue_message(conversation, actor=actor, client_token=client_token, origin=origin, content=content)


def refuse_media(conversation: Conversation, *, kind: Message.Kind, caption: str) -> None:
    """Raise `RuleViolation` when a file of this kind could not be sent now; asked before the file is taken in."""
    _refuse_caption(kind, caption)
    refuse_sending(conversation, kind)


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
    return queue_message(conversation, actor=actor, client_token=client_token, origin=origin, content=content)


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
    return queue_message(conversation, actor=actor, client_token=client_token, origin=origin, content=content)


@transaction.atomic
def react(conversation: Conversation, *, actor: Member, target: Message, emoji: str) -> Message:
    """Queue a reaction to a message of the customer; an empty emoji takes it back. It shows at once."""
    if not target.external_id or target.is_outbound:
        raise RuleViolation(_("Only a message from the customer can get a reaction."))
    content = {"kind": Kind.REACTION, "text": emoji[:16], "quoted": target}
    message = queue_message(conversation, actor=actor, client_token=None, origin=Message.Origin.AGENT, content=content)
    refresh_reactions(target.pk)
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
    if known := sent_before(conversation, actor, client_token):
        return known
    note = Message.objects.create(
        workspace_id=conversation.workspace_id,
        conversation=conversation,
        channel_id=conversation.channel_id,
        direction=Message.Direction.INTERNAL,
        kind=Message.Kind.NOTE,
        origin=Message.Origin.AGENT,
        author=actor,
        text=text,
        client_token=client_token,
        provider_time=timezone.now(),
    )
    forget_draft(conversation, member=actor, kind=Draft.Kind.NOTE)
    publish(conversation.workspace_id, "message", conversation.pk, note.pk)
    return note


def _refuse_caption(kind: Message.Kind, caption: str) -> None:
    if len(caption) > MAX_CAPTION:
        raise RuleViolation(_("A caption has at most %(limit)d characters.") % {"limit": MAX_CAPTION})
    if caption.strip() and kind in SILENT:
        raise RuleViolation(_("Sound and stickers carry no text. Send the text by itself."))
