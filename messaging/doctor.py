"""Channels, webhooks and messages that need somebody."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Max, QuerySet
from django.utils import timezone

from helpdesk.accounts.tenancy import system_scope
from helpdesk.doctor import Finding, examination, fine, look, wrong
from messaging.models import Channel, Message, WebhookDelivery

WHY = "the doctor looks at every workspace"
RECENT_ROWS = 200_000  # older rows are not looked at: the tables are long, and nobody waits for an answer from then
MOST = 1000
INTAKE_PATIENCE = timedelta(minutes=1)
SENDING_PATIENCE = timedelta(minutes=5)
State = Message.State


@examination("channels")
def channels_work() -> Iterator[Finding]:
    with system_scope(WHY):
        channels = list(Channel.objects.order_by("pk").values("pk", "name", "workspace__slug", "status", "trouble"))
        unreadable = [channel["pk"] for channel in channels if not _credentials_are_readable(channel["pk"])]
    for channel in channels:
        name = f"Channel “{channel['name']}” of {channel['workspace__slug']}"
        if channel["pk"] in unreadable:
            yield wrong(f"{name}: its credentials cannot be read.", "Add the earlier key to SECRET_KEY_FALLBACKS.")
        elif channel["status"] == Channel.Status.PAUSED:
            yield wrong(f"{name} is paused: {channel['trouble']}", "Renew its token, then resume it in the admin.")
        elif channel["trouble"]:
            yield look(f"{name}: {channel['trouble']}", "Look at the account with the provider.")
    yield fine(f"{len(channels)} channels are set up.")


@examination("webhooks")
def webhooks_are_handled() -> Iterator[Finding]:
    with system_scope(WHY):
        waiting = _recent(WebhookDelivery.objects.filter(state=WebhookDelivery.State.RECEIVED))
        late = waiting.filter(received_at__lt=timezone.now() - INTAKE_PATIENCE)[:MOST].count()
        failed = _recent(WebhookDelivery.objects.filter(state=WebhookDelivery.State.FAILED))[:MOST].count()
    if late:
        yield wrong(f"{late} deliveries wait longer than a minute.", "See that a worker runs, and read its log.")
    if failed:
        yield look(f"{failed} deliveries failed.", "Read why in the admin, then `manage.py replay_webhooks`.")
    if not late and not failed:
        yield fine("Every webhook delivery was handled.")


@examination("messages")
def messages_go_out() -> Iterator[Finding]:
    before = timezone.now() - SENDING_PATIENCE
    with system_scope(WHY):
        sending = Message.objects.filter(state=State.SENDING, attempted_at__lt=before)[:MOST].count()
        queued = _recent(Message.objects.filter(state=State.QUEUED, send_after__lt=before))
        late = queued.exclude(channel__status=Channel.Status.PAUSED)[:MOST].count()
        unconfirmed = _recent(Message.objects.filter(state=State.UNCONFIRMED))[:MOST].count()
    if sending:
        yield wrong(f"{sending} messages have been on their way for minutes.", "See that a worker runs.")
    if late:
        yield wrong(f"{late} messages should have gone out by now.", "See that a worker runs, and read its log.")
    if unconfirmed:
        yield look(f"{unconfirmed} messages may not have been sent.", "Decide in the inbox or with resend_unconfirmed.")
    if not sending and not late:
        yield fine("Nothing that should have been sent waits.")


def _recent(rows: QuerySet) -> QuerySet:
    newest = rows.model._default_manager.aggregate(newest=Max("pk"))["newest"] or 0
    return rows.filter(pk__gt=newest - RECENT_ROWS)


def _credentials_are_readable(pk: int) -> bool:
    try:
        Channel.objects.get(pk=pk)
    except ValueError:
        return False
    return True
