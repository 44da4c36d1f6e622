"""Tokens that programs speak with."""

from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.accounts import tokens
from helpdesk.accounts.models import Member
from helpdesk.audit.kinds import EventKind
from helpdesk.audit.record import record
from helpdesk.errors import RuleViolation

LONGEST_MINUTES = int(tokens.LONGEST.total_seconds()) // 60


@transaction.atomic
def issue_token(member: Member, *, minutes: int, actor: Member | None) -> str:
    """Return a token that speaks as the member for `minutes`, at most 31 days. It is kept nowhere."""
    if not 1 <= minutes <= LONGEST_MINUTES:
        raise RuleViolation(_("A token lasts between 1 and %(most)d minutes.") % {"most": LONGEST_MINUTES})
    if member.removed_at or not member.user.is_active:
        raise RuleViolation(_("%(name)s does not work here any more.") % {"name": member.name})
    record(member, EventKind.TOKEN_ISSUED, actor=actor, minutes=minutes)
    return tokens.issue(member, minutes=minutes)
