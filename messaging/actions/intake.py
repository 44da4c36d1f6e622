"""The intake: takes stored deliveries, in batches, and turns each item in them into what it means.

One workspace is handled by one worker at a time, so that a customer's items never wait for each other; a noisy
workspace gets one batch per round like everyone else. A batch is one transaction: killed in the middle, it never
happened, and is taken again. It ends after half a second, because whoever writes in its conversations waits for it.
"""

import logging
import time
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone, translation

from helpdesk.accounts.tenancy import system_scope, workspace_scope
from messaging.actions.routing import handle_event
from messaging.channels.whatsapp.events import Unhandled
from messaging.channels.whatsapp.parse import parse
from messaging.models import Channel, WebhookDelivery

BATCH = 40
BATCH_SECONDS = 0.5
CHUNK = 4  # bodies held at once: each may have 4 MB
ATTEMPTS = 5
LOCK_SPACE = 7001
State = WebhookDelivery.State
logger = logging.getLogger(__name__)


def drain() -> int:
    """Handle one batch of each workspace that has something waiting; return how many deliveries were handled."""
    with system_scope("find workspaces with waiting deliveries"):
        due = WebhookDelivery.objects.filter(state=State.RECEIVED).exclude(retry_at__gt=timezone.now())
        workspaces = list(due.values_list("workspace_id", flat=True).distinct().order_by())
    return sum(_drain_apart(workspace_id) for workspace_id in workspaces)


def drain_workspace(workspace_id: int) -> int:
    """Handle one batch of a workspace in one transaction; 0 when another worker is at it."""
    with workspace_scope(workspace_id):
        if not _is_ours(workspace_id):
            return 0
        batch = (
            WebhookDelivery.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("channel__workspace")
            .defer(*(f"channel__{name}" for name in Channel.SECRETS))
            .filter(workspace_id=workspace_id, state=State.RECEIVED)
            .exclude(retry_at__gt=timezone.now())
            .order_by("id")[:BATCH]
        )
        handled, started = 0, time.monotonic()
        for delivery in batch.iterator(chunk_size=CHUNK):
            handle_delivery(delivery)
            handled += 1
            if time.monotonic() - started > BATCH_SECONDS:
                break
    return handled


def handle_delivery(delivery: WebhookDelivery) -> None:
    """Handle every item of one body; what fails is undone alone, with its reason, and the rest goes on."""
    with translation.override(delivery.channel.workspace.language):
        _handle_items(delivery)


def _handle_items(delivery: WebhookDelivery) -> None:
    parsed = parse(bytes(delivery.raw), delivery.headers)
    reasons = list(parsed.reasons)
    errors = []
    for event in parsed.events:
        if isinstance(event, Unhandled):
            continue  # its reason is among those of the parser
        try:
            with transaction.atomic():
                reason = handle_event(delivery.channel, event, received_at=delivery.received_at)
        except Exception as error:
            if connection.needs_rollback:
                raise  # the connection, not the item: the whole batch is taken again
            logger.exception("an item of delivery %s failed", delivery.pk)
            errors.append(_storable(f"{type(event).__name__}: {type(error).__name__}: {error}")[:300])
        else:
            reasons += [reason] if reason else []
    _conclude(delivery, items=len(parsed.events), reasons=list(dict.fromkeys(reasons)), errors=errors)


def _drain_apart(workspace_id: int) -> int:
    """Trouble in one workspace must not keep the others waiting; its batch is taken again by the next round."""
    try:
        return drain_workspace(workspace_id)
    except Exception:  # whatever it is, the intake of all the others must not end with it
        logger.exception("the batch of workspace %s was given up", workspace_id)
        if not connection.is_usable():
            raise
        return 0


def _is_ours(workspace_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK_SPACE, workspace_id % 2**31])
        return bool(cursor.fetchone()[0])


def _conclude(delivery: WebhookDelivery, *, items: int, reasons: list[str], errors: list[str]) -> None:
    delivery.attempts += 1
    delivery.items, delivery.handled_at = items, timezone.now()
    delivery.error = "\n".join([*errors, *reasons])
    delivery.state = State.KEPT if reasons else State.HANDLED
    if errors:
        delivery.state = State.FAILED if delivery.attempts >= ATTEMPTS else State.RECEIVED
        delivery.retry_at = timezone.now() + timedelta(seconds=2**delivery.attempts)
    delivery.save(update_fields=["attempts", "items", "handled_at", "error", "state", "retry_at"])


def _storable(text: str) -> str:
    """An error may quote what the database would refuse a second time."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")
