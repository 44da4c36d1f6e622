from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.tenancy import TenantModel
from messaging.models.channel import Channel


class WebhookDelivery(TenantModel):
    """One webhook body exactly as it came, stored before it was acknowledged and kept 30 days."""

    class State(models.TextChoices):
        RECEIVED = "received", _("Received")
        HANDLED = "handled", _("Handled")
        KEPT = "kept", _("Kept with a reason")
        FAILED = "failed", _("Failed")

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="deliveries")
    raw = models.BinaryField()
    headers = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    attempts = models.PositiveSmallIntegerField(default=0)
    items = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    received_at = models.DateTimeField(db_default=models.functions.Now())
    retry_at = models.DateTimeField(null=True, blank=True)
    handled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "webhook deliveries"
        indexes = [
            models.Index(fields=["workspace", "id"], condition=Q(state="received"), name="delivery_waiting"),
            models.Index(fields=["workspace", "-received_at"], name="delivery_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.digest[:12]} {self.state}"
