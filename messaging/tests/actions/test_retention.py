from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.accounts.tenancy import workspace_scope
from messaging.actions import retention
from messaging.actions.retention import purge_deliveries
from messaging.models import WebhookDelivery
from messaging.tests.scenes import deliver

pytestmark = pytest.mark.django_db


def test_bodies_are_kept_thirty_days_and_failed_ones_until_somebody_looks(channel, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    states = ["handled", "kept", "failed", "received"]
    with workspace_scope(channel.workspace_id):
        for days in (31, 29):
            for state in states:
                delivery = deliver(channel, f"{state} {days}".encode(), handle=False)
                WebhookDelivery.objects.filter(pk=delivery.pk).update(
                    state=state, received_at=timezone.now() - timedelta(days=days)
                )

    assert purge_deliveries() == 2
    assert purge_deliveries() == 0

    with workspace_scope(channel.workspace_id):
        left = sorted(bytes(each.raw).decode() for each in WebhookDelivery.objects.all())
    assert left == sorted(["failed 31", "received 31", *(f"{state} 29" for state in states)])
