"""Who may do what: the table of roles and permissions, the only place where a role is read."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    OWNER = "owner", _("Owner")
    ADMIN = "admin", _("Admin")
    AGENT = "agent", _("Agent")


class Permission(StrEnum):
    """What a view, an API call or a button asks for, named `<noun>.<verb>`."""

    AUDIT_VIEW = "audit.view"
    CHANNELS_MANAGE = "channels.manage"
    CONTACTS_EDIT = "contacts.edit"
    CONTACTS_ERASE = "contacts.erase"
    CONTACTS_EXPORT = "contacts.export"
    CONTACTS_MERGE = "contacts.merge"
    CONVERSATIONS_REPLY = "conversations.reply"
    CONVERSATIONS_VIEW = "conversations.view"
    MEMBERS_MANAGE = "members.manage"
    ROLES_CHANGE = "roles.change"
    TICKETS_CANCEL = "tickets.cancel"
    TICKETS_ASSIGN = "tickets.assign"
    TICKETS_TRANSITION = "tickets.transition"
    TICKETS_VIEW = "tickets.view"
    WORKSPACE_MANAGE = "workspace.manage"


AGENT = frozenset(
    {
        Permission.CONTACTS_EDIT,
        Permission.CONVERSATIONS_REPLY,
        Permission.CONVERSATIONS_VIEW,
        Permission.TICKETS_VIEW,
    }
)
ADMIN = AGENT | {
    Permission.AUDIT_VIEW,
    Permission.CHANNELS_MANAGE,
    Permission.CONTACTS_EXPORT,
    Permission.CONTACTS_MERGE,
    Permission.MEMBERS_MANAGE,
    Permission.TICKETS_ASSIGN,
    Permission.TICKETS_CANCEL,
    Permission.TICKETS_TRANSITION,
    Permission.WORKSPACE_MANAGE,
}
OWNER = ADMIN | {Permission.CONTACTS_ERASE, Permission.ROLES_CHANGE}

PERMISSIONS: dict[str, frozenset[Permission]] = {Role.OWNER: OWNER, Role.ADMIN: ADMIN, Role.AGENT: AGENT}
