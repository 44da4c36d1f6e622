from django.db import models

from helpdesk.accounts.tenancy import TenantModel
from messaging.models.channel import Channel


class ProviderEvent(TenantModel):
    """What the provider says happened to a message: a status, a reaction, an edit or a deletion. Append-only.

    A message shows the sum of its events, whatever their order and however often they come. Events may be there before
    their message: they wait under the provider's id or, for a status, under the id that we sent along.
    """

    class Kind(models.TextChoices):
        SENT = "sent"
        DELIVERED = "delivered"
        READ = "read"
        FAILED = "failed"
        REACTION = "reaction"
        EDIT = "edit"
        DELETE = "delete"

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="+")
    target = models.CharField(max_length=160)
    callback_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    key = models.CharField(max_length=200)
    side = models.CharField(max_length=3, blank=True)
    value = models.JSONField(default=dict)
    provider_time = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "channel", "target", "kind", "key"], name="provider_event_unique"
            )
        ]
        indexes = [
            models.Index(
                fields=["workspace", "channel", "callback_id"],
                condition=models.Q(callback_id__isnull=False),
                name="provider_event_callback",
            )
        ]
