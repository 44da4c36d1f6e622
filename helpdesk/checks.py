"""System checks: what would otherwise be forgotten stops the start."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver

from helpdesk.accounts.catalogue import trouble
from helpdesk.accounts.permissions import Permission


@register(Tags.urls)
def workspace_views_name_their_permission(**kwargs: Any) -> list[CheckMessage]:
    """Each address inside a workspace is answered by a `WorkspaceView` that says which permission it needs."""
    from helpdesk.views import WorkspaceView

    return [
        Error(f"{route} must be a WorkspaceView with a permission.", id="helpdesk.E001")
        for route, view in workspace_routes()
        if not (
            isinstance(view, type)
            and issubclass(view, WorkspaceView)
            and isinstance(getattr(view, "permission", None), Permission)
        )
    ]


@register(Tags.database, deploy=False)
def tables_have_their_walls(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Run by `migrate` and `check --database default`."""
    if "default" not in (databases or []) or "accounts_workspace" not in connection.introspection.table_names():
        return []
    return [Error(line, id="helpdesk.E002") for line in trouble()]


def workspace_routes() -> Iterator[tuple[str, Any]]:
    """Yield (route, view class) of every address below /w/."""
    for route, pattern in all_routes(get_resolver().url_patterns):
        if route.startswith("w/"):
            yield route, getattr(pattern.callback, "view_class", pattern.callback)


def all_routes(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield (route, pattern) of every address of the product."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from all_routes(pattern.url_patterns, route)
        else:
            yield route, pattern
