"""Keeps web pages of other sites away from the stage door."""

from collections.abc import Callable

from .errors import GraphError
from .web import Request, Response

LOCAL_HOSTS = ("127.0.0.1", "localhost")


class Local:
    """Refuses what a web page could send across sites: a foreign host name, or an Origin."""

    def __init__(self, handler: Callable[..., Response]) -> None:
        self._handler = handler

    def __call__(self, request: Request, **captured: str) -> Response:
        host = request.headers.get("host", "").rsplit(":", 1)[0]
        if host not in LOCAL_HOSTS or "origin" in request.headers:
            raise GraphError(10, "Only programs on this machine may do this.")
        return self._handler(request, **captured)
