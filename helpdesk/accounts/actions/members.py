"""Who works in a workspace, and as what. A workspace always keeps an owner."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.actions.users import user_for
from helpdesk.accounts.handover import hand_over
from helpdesk.accounts.models import Member, TeamMembership, Workspace
from helpdesk.accounts.permissions import Permission, Role
from helpdesk.audit.kinds import EventKind
from helpdesk.audit.record import record
from helpdesk.errors import RuleViolation


def may_add(role: str, actor: Member) -> bool:
    """Owners add anybody, admins agents."""
    return actor.may(Permission.ROLES_CHANGE) or (actor.may(Permission.MEMBERS_MANAGE) and role == Role.AGENT)


def may_remove(member: Member, actor: Member) -> bool:
    """Owners remove anybody, admins agents, and everybody may leave."""
    return member.pk == actor.pk or may_add(member.role, actor)


def may_change_role(member: Member, actor: Member) -> bool:
    return actor.may(Permission.ROLES_CHANGE) and member.workspace_id == actor.workspace_id


@transaction.atomic
def add_member(
    workspace: Workspace,
    *,
    email: str,
    role: str,
    name: str = "",
    password: str | None = None,
    actor: Member | None = None,
) -> Member:
    """Let a person work here; a user is made when the address is unknown. Who was removed comes back as they were."""
    if role not in Role.values:
        raise RuleViolation(_("A role is one of these: %(roles)s.") % {"roles": ", ".join(Role.values)})
    _lock_team(workspace.pk)
    user = user_for(email, name=name, password=password)
    member = Member.objects.filter(workspace=workspace, user=user).first() or Member(workspace=workspace, user=user)
    if member.pk and member.removed_at is None:
        raise RuleViolation(_("%(name)s works here already.") % {"name": member.name})
    member.role, member.removed_at = role, None
    member.save()
    record(member, EventKind.MEMBER_ADDED, actor=actor, role=role)
    return member


@transaction.atomic
def change_role(member: Member, *, actor: Member | None, role: str) -> Member:
    """Give a member another role; what they may no longer do ends with their next request."""
    if role not in Role.values:
        raise RuleViolation(_("A role is one of these: %(roles)s.") % {"roles": ", ".join(Role.values)})
    member = _locked(member)
    if member.role == role:
        return member
    _refuse_last_owner(member)
    before, member.role = member.role, role
    member.save(update_fields=["role"])
    record(member, EventKind.MEMBER_ROLE_CHANGED, actor=actor, before=before, role=role)
    return member


@transaction.atomic
def remove_member(member: Member, *, actor: Member | None, successor: Member | None = None) -> Member:
    """End somebody's work here. `successor` takes what is theirs; without one it goes to nobody."""
    member = _locked(member)
    _refuse_last_owner(member)
    if successor and (successor.pk == member.pk or successor.removed_at):
        raise RuleViolation(_("Choose somebody else who works here to take over."))
    hand_over(member, successor=successor, actor=actor)
    TeamMembership.objects.filter(workspace_id=member.workspace_id, member=member).delete()
    member.removed_at = timezone.now()
    member.save(update_fields=["removed_at"])
    record(member, EventKind.MEMBER_REMOVED, actor=actor, successor=successor.pk if successor else None)
    return member


def _lock_team(workspace_id: int) -> None:
    """Changes of one workspace's people happen one after the other; nobody else's work waits for them."""
    Workspace.objects.select_for_update(no_key=True).get(pk=workspace_id)


def _locked(member: Member) -> Member:
    _lock_team(member.workspace_id)
    member = Member.objects.select_for_update(of=("self",)).with_user().get(pk=member.pk)
    if member.removed_at:
        raise RuleViolation(_("%(name)s does not work here any more.") % {"name": member.name})
    return member


def _refuse_last_owner(member: Member) -> None:
    owners = Member.objects.active().filter(workspace_id=member.workspace_id, role=Role.OWNER)
    if member.role == Role.OWNER and not owners.exclude(pk=member.pk).exists():
        raise RuleViolation(
            _("%(name)s is the last owner of this workspace. Make somebody else an owner first.")
            % {"name": member.name}
        )
