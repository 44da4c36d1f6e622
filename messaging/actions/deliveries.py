"""Webhook bodies: stored before they are acknowledged, and handled again on demand."""

import hashlib
from collections.abc import Mapping

from django.utils.translation import gettext as _

from helpdesk.accounts.models import Member
from helpdesk.audit.kinds import EventKind
from helpdesk.audit.record import record
from helpdesk.errors import RuleViolation
from messaging.actions.intake_signal import wake_intake
from messaging.models import Channel, WebhookDelivery

KEPT_HEADERS = ("X-Webhook-Event", "X-Webhook-Batch", "X-Webhook-Payload-Version")


def store_delivery(channel: Channel, raw: bytes, *, headers: Mapping[str, str]) -> WebhookDelivery:
    """Store one signed body as it came. The caller commits before it answers 200."""
    delivery = WebhookDelivery.objects.create(
        workspace_id=channel.workspace_id,
        channel=channel,
        raw=raw,
        digest=hashlib.sha256(raw).hexdigest(),
        headers={name: headers[name] for name in KEPT_HEADERS if name in headers},
    )
    wake_intake()
    return delivery


def replay_delivery(delivery: WebhookDelivery, *, actor: Member | None) -> WebhookDelivery:
    """Handle a stored body again. What it brought already is not brought twice."""
    if delivery.state == WebhookDelivery.State.RECEIVED:
        raise RuleViolation(_("This delivery is still waiting for its turn."))
    delivery.state, delivery.attempts = WebhookDelivery.State.RECEIVED, 0
    delivery.retry_at, delivery.error = None, ""
    delivery.save(update_fields=["state", "attempts", "retry_at", "error"])
    record(delivery, EventKind.DELIVERY_REPLAYED, actor=actor)
    wake_intake()
    return delivery
