"""What a person decides about a message: take it back, try a failed one again, settle an unconfirmed one."""

import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.models import Member
from helpdesk.audit.kinds import EventKind
from helpdesk.audit.record import record
from helpdesk.errors import RuleViolation
from helpdesk.realtime.publish import publish
from messaging.actions.drafts import give_text_back
from messaging.actions.outbox import enqueue_delivery, refuse_sending
from messaging.actions.reactions import refresh_reactions
from messaging.actions.states import follow_state
from messaging.actions.summary import refresh_summary
from messaging.models import Conversation, Message

State = Message.State


@transaction.atomic
def withdraw_message(message: Message, *, actor: Member) -> None:
    """Take back a message that did not go out, a queued one in time or a failed one; its text is a draft again."""
    conversation, message = _locked(message)
    if message.state not in (State.QUEUED, State.FAILED):
        raise RuleViolation(_("This message is already on its way."))
    pk = message.pk
    message.delete()
    give_text_back(conversation, message, member=actor)
    if message.kind == Message.Kind.REACTION and message.quoted_id:
        refresh_reactions(message.quoted_id)
    conversation.save(update_fields=refresh_summary(conversation))
    record(conversation, EventKind.MESSAGE_WITHDRAWN, actor=actor, message=pk)
    publish(conversation.workspace_id, "message", conversation.pk, pk)


@transaction.atomic
def retry_message(message: Message, *, actor: Member) -> Message:
    """Send a failed message again, once, with its quote and media."""
    conversation, message = _locked(message)
    if message.state != State.FAILED:
        raise RuleViolation(_("Only a message that failed can be tried again."))
    return _send_anew(conversation, message, actor=actor)


@transaction.atomic
def resend_message(message: Message, *, actor: Member) -> Message:
    """Send an unconfirmed message again; the customer may then have it twice, and a person has said so."""
    conversation, message = _locked(message)
    if message.state != State.UNCONFIRMED:
        raise RuleViolation(_("Only an unconfirmed message can be sent again."))
    return _send_anew(conversation, message, actor=actor)


@transaction.atomic
def confirm_message(message: Message, *, actor: Member) -> Message:
    """A person knows that an unconfirmed message arrived."""
    conversation, message = _locked(message)
    if message.state != State.UNCONFIRMED:
        raise RuleViolation(_("Only an unconfirmed message can be marked as sent."))
    message.state = State.SENT
    message.save(update_fields=["state"])
    follow_state(conversation, message, before=State.UNCONFIRMED)
    record(conversation, EventKind.MESSAGE_CONFIRMED, actor=actor, message=message.pk)
    publish(conversation.workspace_id, "message", conversation.pk, message.pk)
    return message


def _locked(message: Message) -> tuple[Conversation, Message]:
    conversation = Conversation.objects.select_for_update().get(pk=message.conversation_id)
    return conversation, Message.objects.select_for_update().get(pk=message.pk)


def _send_anew(conversation: Conversation, message: Message, *, actor: Member) -> Message:
    """Queue it under a new callback id and attempt token, so that what is said of the old attempt stays with it."""
    refuse_sending(conversation, message.kind)
    before, message.state = message.state, State.QUEUED
    message.callback_id, message.external_id, message.attempt_token = uuid.uuid4(), None, None
    message.failure_code, message.failure_text, message.attempts = None, "", 0
    message.send_after = timezone.now()
    message.save()
    follow_state(conversation, message, before=before)
    enqueue_delivery(message)
    record(conversation, EventKind.MESSAGE_RESENT, actor=actor, message=message.pk)
    publish(conversation.workspace_id, "message", conversation.pk, message.pk)
    return message
