from django.contrib import admin

from helpdesk.administration.base import OperatorAdmin, WorkspaceFilter
from helpdesk.realtime.models import Event


@admin.register(Event)
class EventAdmin(OperatorAdmin):
    """What open pages were told; kept for days only."""

    list_display = ("pk", "created_at", "workspace", "kind", "subject_id", "part_id")
    list_select_related = ("workspace",)
    list_filter = ("created_at", WorkspaceFilter)
    search_fields = ("kind__exact",)
    search_numbers = ("pk", "subject_id")
