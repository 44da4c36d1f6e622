from django.db import models

from helpdesk.accounts.tenancy import TenantModel
from helpdesk.audit.kinds import EventKind


class AuditEvent(TenantModel):
    """Who did what to which thing, when and from where. Append-only: the application role may not change or delete."""

    class ActorKind(models.TextChoices):
        MEMBER = "member"
        CONTACT = "contact"
        SYSTEM = "system"

    kind = models.CharField(max_length=40, choices=[(kind.value, kind.value) for kind in EventKind])
    actor_kind = models.CharField(max_length=10, choices=ActorKind.choices)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200, blank=True)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    subject_name = models.CharField(max_length=200, blank=True)
    data = models.JSONField(default=dict)
    ip = models.GenericIPAddressField(null=True)
    created_at = models.DateTimeField(db_default=models.functions.Now())

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "-id"], name="audit_newest"),
            models.Index(fields=["workspace", "subject_kind", "subject_id", "-id"], name="audit_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_name}"
