"""The only door to the audit log. What it records, open pages are told as well."""

from contextvars import ContextVar
from typing import Any

from django.db import models

from helpdesk.accounts.models import Member, Workspace
from helpdesk.accounts.tenancy import TenantModel
from helpdesk.audit.kinds import EventKind
from helpdesk.audit.models import AuditEvent
from helpdesk.realtime.publish import publish

Actor = models.Model | None
origin_ip: ContextVar[str | None] = ContextVar("origin_ip", default=None)


def record(subject: TenantModel | Workspace, kind: EventKind, *, actor: Actor, **data: Any) -> None:
    """Record that `actor` (a Member, a Contact, or None for the system) did `kind` to `subject`, and publish it.

    `data` is JSON. Call it inside the transaction that makes the change.
    """
    if actor is not None and actor.workspace_id != subject.workspace_id:  # type: ignore[attr-defined]
        raise AssertionError("the actor is of another workspace")
    AuditEvent.objects.create(
        workspace_id=subject.workspace_id,
        kind=kind,
        actor_kind=_actor_kind(actor),
        actor_id=actor.pk if actor else None,
        actor_name=str(actor)[:200] if actor else "",
        subject_kind=str(subject._meta.model_name),
        subject_id=subject.pk,
        subject_name=str(subject)[:200],
        data=data,
        ip=origin_ip.get(),
    )
    publish(subject.workspace_id, str(subject._meta.model_name), subject.pk)


def _actor_kind(actor: Actor) -> AuditEvent.ActorKind:
    if actor is None:
        return AuditEvent.ActorKind.SYSTEM
    return AuditEvent.ActorKind.MEMBER if isinstance(actor, Member) else AuditEvent.ActorKind.CONTACT
