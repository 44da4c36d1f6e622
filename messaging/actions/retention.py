"""What is kept for a time only."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from helpdesk.accounts.tenancy import system_scope
from messaging.models import WebhookDelivery

BATCH = 1000


def purge_deliveries() -> int:
    """Delete webhook bodies older than the retention, in batches; return how many. Failed ones wait for a person."""
    before = timezone.now() - timedelta(days=settings.DELIVERY_RETENTION_DAYS)
    purged = 0
    while True:
        with system_scope("purge old webhook deliveries"):
            old = WebhookDelivery.objects.filter(received_at__lt=before)
            done = old.exclude(state__in=(WebhookDelivery.State.RECEIVED, WebhookDelivery.State.FAILED))
            batch = list(done.values_list("pk", flat=True)[:BATCH])
            WebhookDelivery.objects.filter(pk__in=batch).delete()
        purged += len(batch)
        if len(batch) < BATCH:
            return purged
