"""Whose conversation it is."""

from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.accounts.models import Member
from helpdesk.audit.kinds import EventKind
from helpdesk.audit.record import record
from helpdesk.errors import RuleViolation
from messaging.actions.timeline import note_event
from messaging.actions.unread import hand_on_unread
from messaging.models import Conversation


@transaction.atomic
def assign_conversation(conversation: Conversation, *, actor: Member | None, assignee: Member | None) -> Conversation:
    """Give a conversation to a member, or to nobody."""
    conversation = Conversation.objects.select_for_update().get(pk=conversation.pk)
    if assignee and (assignee.removed_at or assignee.workspace_id != conversation.workspace_id):
        raise RuleViolation(_("This person does not work here any more."))
    if conversation.assignee_id == (assignee.pk if assignee else None):
        return conversation
    conversation.assignee = assignee
    conversation.save(update_fields=["assignee"])
    hand_on_unread(conversation, actor=actor)
    _announce(conversation, actor)
    return conversation


def take_if_unassigned(conversation: Conversation, actor: Member) -> list[str]:
    """The first reply to an unassigned conversation assigns it; return the columns that changed, for `save`."""
    if conversation.assignee_id:
        return []
    conversation.assignee = actor
    _announce(conversation, actor)
    return ["assignee"]


def _announce(conversation: Conversation, actor: Member | None) -> None:
    name = conversation.assignee.name if conversation.assignee else ""
    record(conversation, EventKind.CONVERSATION_ASSIGNED, actor=actor, assignee=conversation.assignee_id, name=name)
    note_event(conversation, EventKind.CONVERSATION_ASSIGNED, actor=actor, name=name)
