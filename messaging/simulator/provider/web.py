"""Requests, answers, and which handler gets which path."""

import json
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .errors import GraphError

log = logging.getLogger(__name__)


@dataclass
class Request:
    """One request, its body read."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        """The body as a JSON object; raises GraphError 100."""
        try:
            value = json.loads(self.body or b"{}")
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise GraphError(100, "The body must be a JSON object.")
        return value


@dataclass
class Response:
    """One answer; `conduct` says how it is spoiled: hang, reset, half or nothing."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    conduct: str = ""
    delay: float = 0.0


def answer(value: object, status: int = 200, **headers: str) -> Response:
    """A JSON answer."""
    return Response(status, json.dumps(value).encode(), headers=headers)


Handler = Callable[..., Response]


class Router:
    """Finds the handler of a path; what the pattern captures is passed on as strings."""

    def __init__(self) -> None:
        self._routes: list[tuple[str, re.Pattern[str], Handler]] = []

    def add(self, method: str, pattern: str, handler: Handler) -> None:
        """Patterns are regular expressions of the whole path, tried in order."""
        self._routes.append((method, re.compile(pattern), handler))

    def __call__(self, request: Request) -> Response:
        for method, pattern, handler in self._routes:
            match = pattern.fullmatch(request.path)
            if match and method == request.method:
                return self._guarded(handler, request, match)
        return answer(GraphError(100, f"Unsupported {request.method} request.", subcode=33).body(), 404)

    @staticmethod
    def _guarded(handler: Handler, request: Request, match: re.Match[str]) -> Response:
        try:
            return handler(request, **match.groupdict())
        except GraphError as error:
            return answer(error.body(), error.status)
        except Exception:
            log.exception("the simulator could not answer %s %s", request.method, request.path)
            return answer(GraphError(131000).body(), 500)
