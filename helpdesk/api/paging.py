"""Lists by keyset: `{"items": […], "next": url or null}`."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from ninja import Schema

from helpdesk.api.problems import Problem
from helpdesk.pages import decode_key, encode_key

Item = TypeVar("Item")
ModelType = TypeVar("ModelType", bound=Model)
LIMIT = 50


class Page(Schema, Generic[Item]):
    items: list[Item]
    next: str | None


def page(
    request: HttpRequest,
    rows: QuerySet[ModelType],
    *,
    by: str,
    after: str,
    shape: Callable[[ModelType], dict[str, Any]],
) -> dict[str, Any]:
    """Return one page of `rows`, newest first by the time column `by`, from behind the key `after`."""
    if after:
        key = decode_key(after)
        if key is None:
            raise Problem(422, "The parameter 'after' is not one that a list gave out.")
        at, pk = key
        rows = rows.filter(Q(**{f"{by}__lt": at}) | Q(**{by: at, "pk__lt": pk}))
    found = list(rows.order_by(f"-{by}", "-pk")[: LIMIT + 1])
    items = found[:LIMIT]
    next_url = None
    if len(found) > LIMIT:
        at_last: datetime = getattr(items[-1], by)
        next_url = f"{request.build_absolute_uri(request.path)}?after={encode_key(at_last, items[-1].pk)}"
    return {"items": [shape(item) for item in items], "next": next_url}
