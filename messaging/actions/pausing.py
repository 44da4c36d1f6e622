"""A channel that cannot send for a while, or not until somebody repairs it."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from helpdesk.accounts.models import Member
from helpdesk.audit.kinds import EventKind
from helpdesk.audit.record import record
from messaging.models import Channel


@transaction.atomic
def pause_channel(channel: Channel, *, actor: Member | None, trouble: str = "") -> Channel:
    """Stop sending on a channel, such as one whose credentials do not work; its queue stays."""
    channel = Channel.objects.select_for_update().get(pk=channel.pk)
    if channel.status == Channel.Status.PAUSED:
        return channel
    channel.status, channel.trouble = Channel.Status.PAUSED, trouble[:300]
    channel.save(update_fields=["status", "trouble"])
    record(channel, EventKind.CHANNEL_PAUSED, actor=actor, trouble=channel.trouble)
    return channel


@transaction.atomic
def resume_channel(channel: Channel, *, actor: Member | None) -> Channel:
    """Send again; what waited in the queue goes out in its order."""
    channel = Channel.objects.select_for_update().get(pk=channel.pk)
    channel.status, channel.trouble, channel.slow_until = Channel.Status.ACTIVE, "", None
    channel.save(update_fields=["status", "trouble", "slow_until"])
    record(channel, EventKind.CHANNEL_RESUMED, actor=actor)
    return channel


def slow_channel(channel: Channel, *, seconds: float) -> None:
    """The provider wants a pause from the whole number."""
    Channel.objects.filter(pk=channel.pk).update(slow_until=timezone.now() + timedelta(seconds=seconds))
