"""Which language a job speaks. Pages speak the reader's: `Member.language`, or the browser's while nobody is known."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from django.utils import translation

from helpdesk.accounts.models import Workspace

P = ParamSpec("P")
R = TypeVar("R")


def in_workspace_language(task: Callable[P, R]) -> Callable[P, R]:
    """Let a job that is given a `workspace_id` speak its language: what it writes down is read by the whole team."""

    @wraps(task)
    def speaking(*args: P.args, **kwargs: P.kwargs) -> R:
        workspace_id = cast(int, kwargs["workspace_id"])
        language = Workspace.objects.values_list("language", flat=True).get(pk=workspace_id)
        with translation.override(language):
            return task(*args, **kwargs)

    return speaking
