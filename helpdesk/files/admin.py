from django.contrib import admin

from helpdesk.administration.base import OperatorAdmin, WorkspaceFilter
from helpdesk.files.models import StoredFile


@admin.register(StoredFile)
class StoredFileAdmin(OperatorAdmin):
    list_display = ("pk", "workspace", "name", "sniffed_type", "size", "state", "thumbnail_state", "created_at")
    list_select_related = ("workspace",)
    list_filter = ("state", "thumbnail_state", "is_mismatch", "created_at", WorkspaceFilter)
    search_fields = ("name__exact", "sha256__exact")
