"""The end of a conversation, its return, and the word that no reply is needed."""

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.models import Member
from helpdesk.audit.kinds import EventKind
from helpdesk.audit.record import record
from helpdesk.errors import RuleViolation
from messaging.actions.openings import bring_back
from messaging.actions.timeline import note_event
from messaging.actions.unread import mark_read_by_all
from messaging.actions.waiting import mark_answered
from messaging.models import Conversation
from messaging.models.conversation import ConversationQuerySet


@transaction.atomic
def resolve_conversation(conversation: Conversation, *, actor: Member) -> Conversation:
    conversation = Conversation.objects.select_for_update().get(pk=conversation.pk)
    if conversation.is_resolved:
        raise RuleViolation(_("This conversation is already resolved."))
    conversation.status, conversation.resolved_at = Conversation.Status.RESOLVED, timezone.now()
    conversation.snoozed_until = None
    changed = _needs_no_reply(conversation)
    conversation.save(update_fields=["status", "resolved_at", "snoozed_until", *changed])
    mark_read_by_all(conversation)
    record(conversation, EventKind.CONVERSATION_RESOLVED, actor=actor)
    note_event(conversation, EventKind.CONVERSATION_RESOLVED, actor=actor)
    return conversation


@transaction.atomic
def reopen_conversation(conversation: Conversation, *, actor: Member) -> Conversation:
    """Open a resolved conversation again, with the window of what the address wrote in others since."""
    locked = Conversation.objects.select_for_update(of=("self",)).select_related("assignee")
    conversation = locked.get(pk=conversation.pk)
    if not conversation.is_resolved:
        raise RuleViolation(_("This conversation is already open."))
    _refuse_a_second(conversation)
    conversation.last_inbound_at = _of_address(conversation).aggregate(last=Max("last_inbound_at"))["last"]
    conversation.save(update_fields=["last_inbound_at"])
    try:
        with transaction.atomic():
            return bring_back(conversation, EventKind.CONVERSATION_REOPENED, actor=actor)
    except IntegrityError:  # another was opened between the question and the answer
        _refuse_a_second(conversation)
        raise


@transaction.atomic
def need_no_reply(conversation: Conversation, *, actor: Member) -> Conversation:
    """The customer waits no longer, though nobody replied."""
    conversation = Conversation.objects.select_for_update().get(pk=conversation.pk)
    if conversation.waiting_since is None:
        raise RuleViolation(_("Nobody is waiting for a reply here."))
    conversation.save(update_fields=_needs_no_reply(conversation))
    mark_read_by_all(conversation)
    record(conversation, EventKind.CONVERSATION_ANSWERED, actor=actor)
    return conversation


def _refuse_a_second(conversation: Conversation) -> None:
    if other := _of_address(conversation).live().first():
        raise RuleViolation(
            _("Conversation #%(number)d with this contact is open. Go on there.") % {"number": other.number}
        )


def _of_address(conversation: Conversation) -> ConversationQuerySet:
    return Conversation.objects.filter(
        workspace_id=conversation.workspace_id, channel=conversation.channel_id, address=conversation.address_id
    )


def _needs_no_reply(conversation: Conversation) -> list[str]:
    conversation.no_reply_up_to = conversation.last_inbound_id
    return ["no_reply_up_to", *mark_answered(conversation, conversation.last_inbound_id)]
