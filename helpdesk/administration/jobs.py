"""Jobs in the admin. Their arguments are ids, so nothing in them is private."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Status

from helpdesk.administration.acting import act_on_each
from helpdesk.administration.base import OperatorAdmin
from helpdesk.errors import RuleViolation


class JobAdmin(OperatorAdmin):
    """What the queue holds: due, running and given up. What was done is gone."""

    list_display = ("pk", "task_name", "args", "status", "attempts", "scheduled_at", "lock")
    list_filter = ("status", "scheduled_at")
    search_fields = ("task_name__exact", "lock__exact", "queueing_lock__exact")
    actions = ("retry",)

    @admin.action(description=gettext_lazy("Try again"))
    def retry(self, request: HttpRequest, queryset: QuerySet[ProcrastinateJob]) -> None:
        act_on_each(self, request, queryset, _retry, deed="Tried again")


def _retry(job: ProcrastinateJob) -> None:
    if job.status != Status.FAILED.value:
        raise RuleViolation(_("Only a job that was given up can be tried again."))
    app.job_manager.retry_job_by_id(job.pk, timezone.now(), priority=job.priority, queue=job.queue_name, lock=job.lock)
