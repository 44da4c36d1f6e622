"""What every model's pages in the admin have in common: staff may look, rules own the data, and counting is cheap."""

import json
from contextlib import suppress
from typing import Any, ClassVar

from django.contrib import admin
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.models import Workspace
from helpdesk.crypto import SecretField

MOST_ROWS = 5_000
MOST_WORKSPACES = 200
LONGEST_TEXT = 200_000
LONGEST_NUMBER = 18  # digits of a bigint


class CappedPaginator(Paginator):
    """Counts no further than a person would turn pages."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by()[:MOST_ROWS].count())


class WorkspaceFilter(admin.SimpleListFilter):
    """One workspace's rows; the address takes any slug, the list shows the first ones by name."""

    title = _("workspace")
    parameter_name = "workspace"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(Workspace.objects.order_by("name").values_list("slug", "name")[:MOST_WORKSPACES])

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        slug = self.value() or ""
        if not slug.isprintable():
            return queryset.none()
        return queryset.filter(workspace__slug=slug) if slug else queryset


class OperatorAdmin(admin.ModelAdmin):
    """Read-only but for `changeable`. `search_fields` are whole lookups, `search_numbers` are for whole numbers.

    Secrets and raw bytes are never shown.
    """

    changeable: ClassVar[tuple[str, ...]] = ()
    hidden: ClassVar[tuple[str, ...]] = ()
    extra: ClassVar[tuple[str, ...]] = ()
    search_numbers: ClassVar[tuple[str, ...]] = ("pk",)
    search_fields: ClassVar[tuple[str, ...]] = ("pk",)  # Django shows the box when there are some
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    list_filter: ClassVar[Any] = ()
    ordering = ("-pk",)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active and getattr(request.user, "is_staff", False))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(self.changeable) and self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = self.model._meta.concrete_fields
        return [*(field.name for field in fields if self._is_shown(field)), *self.extra]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [name for name in self.get_fields(request, obj) if name not in self.changeable]

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """Ask only what an index answers, and take the term as a whole."""
        term = search_term.strip()
        if not term:
            return queryset, False
        numbers = self.search_numbers if term.isdecimal() and len(term) <= LONGEST_NUMBER else ()
        texts = [name for name in self.search_fields if name != "pk"]
        wanted = Q.create([*((name, int(term)) for name in numbers), *((name, term) for name in texts)], Q.OR)
        return (queryset.filter(wanted) if numbers or texts else queryset.none()), False

    def _is_shown(self, field: models.Field) -> bool:
        return not isinstance(field, SecretField | models.BinaryField) and field.name not in self.hidden


def pretty(raw: bytes) -> SafeString:
    """Show a body as indented JSON, or as the text that it is, escaped and not endless."""
    text = raw.decode(errors="backslashreplace")
    with suppress(ValueError, RecursionError):
        text = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    return format_html("<pre>{}{}</pre>", text[:LONGEST_TEXT], "…" if len(text) > LONGEST_TEXT else "")
