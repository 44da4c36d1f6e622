from django.contrib import admin

from helpdesk.administration.base import OperatorAdmin, WorkspaceFilter
from helpdesk.audit.models import AuditEvent


@admin.register(AuditEvent)
class AuditEventAdmin(OperatorAdmin):
    """To be read: nobody may change or delete it, the database role included."""

    list_display = ("pk", "created_at", "workspace", "kind", "actor_name", "subject_kind", "subject_name", "ip")
    list_select_related = ("workspace",)
    list_filter = ("kind", "actor_kind", "created_at", WorkspaceFilter)
    search_fields = ("actor_name__exact", "subject_name__exact")
    search_numbers = ("pk", "subject_id")
