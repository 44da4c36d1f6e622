"""What dead senders left behind: a backstop behind the recovery of stalled jobs."""

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.accounts.tenancy import system_scope, workspace_scope
from messaging.actions.outbox import enqueue_delivery
from messaging.actions.sending import doubt
from messaging.models import Channel, Message

LEASE = timedelta(minutes=2)
FORGOTTEN = timedelta(minutes=30)
BATCH = 500
State = Message.State


def recover_all() -> None:
    """Settle what was left behind in every workspace."""
    with system_scope("find messages that a sender left behind"):
        stuck = Message.objects.filter(state__in=(State.SENDING, State.QUEUED))
        workspaces = list(stuck.values_list("workspace_id", flat=True).distinct().order_by())
    for workspace_id in workspaces:
        with workspace_scope(workspace_id):
            doubt_abandoned(workspace_id)
            enqueue_forgotten(workspace_id)


def doubt_abandoned(workspace_id: int) -> int:
    """Mark what a dead sender left behind as unconfirmed; return how many. Run it inside the workspace's scope."""
    abandoned = Message.objects.filter(
        workspace_id=workspace_id, state=State.SENDING, attempted_at__lt=timezone.now() - LEASE
    )
    return sum(doubt(message) for message in abandoned)


def enqueue_forgotten(workspace_id: int) -> int:
    """Give queued messages whose job is gone a new one; return how many."""
    overdue = Message.objects.filter(
        workspace_id=workspace_id, state=State.QUEUED, send_after__lt=timezone.now() - FORGOTTEN
    ).exclude(channel__status=Channel.Status.PAUSED)
    found = list(overdue.order_by("id")[:BATCH])
    locks = {f"conversation:{message.conversation_id}" for message in found}
    jobs = ProcrastinateJob.objects.filter(lock__in=locks, status__in=("todo", "doing"))
    waiting = {job_arguments.get("message_id") for job_arguments in jobs.values_list("args", flat=True)}
    forgotten = [message for message in found if message.pk not in waiting]
    for message in forgotten:
        enqueue_delivery(message)
    return len(forgotten)
