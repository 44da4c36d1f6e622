"""How large a request's body may be, by who reads it; and bodies that are taken in before a thread waits for them."""

import asyncio
import tempfile
from collections.abc import Callable
from typing import IO, Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from helpdesk.errors import error_page

Receive = Callable[[], Any]
MEMORY_BYTES = 1024 * 1024
PIECE_BYTES = 64 * 1024
PATIENCE_SECONDS = 30.0
LONGEST_NUMBER = 15
FRAMING = (b"content-length", b"transfer-encoding")


class BodyLimit:
    """Answers 413 to a body larger than the view's `body_limit`, before anything reads or keeps it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if _number(request.META.get("CONTENT_LENGTH") or "") <= body_limit(view):
            return None
        if not request.headers.get("HX-Request"):
            return error_page(request, 413)
        sentence = _("What you sent is larger than this page takes. Send a smaller file.")
        return render(request, "errors/_refusal.html", {"sentence": sentence}, status=413)


def body_limit(view: Callable[..., Any]) -> int:
    """Return how many bytes a view takes: what its class says, otherwise as much as a form without files."""
    of_its_own = getattr(getattr(view, "view_class", view), "body_limit", None)
    return cast(int, of_its_own or settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


class SlowBody(Exception):
    """The sender left, or paused for too long."""


class Body:
    """The body of an ASGI request. What its view would refuse is not taken in, so that Django can refuse it."""

    def __init__(self, scope: dict[str, Any]):
        self._spool = cast(IO[bytes], tempfile.SpooledTemporaryFile(MEMORY_BYTES))  # noqa: SIM115 -- closed by close()
        self._limit = _limit_of(scope["path"])
        self._length = _number(dict(scope["headers"]).get(b"content-length", b"").decode("latin-1"))
        self._left = 0

    async def take_in(self, receive: Receive) -> None:
        """Wait for the whole body. Raises `SlowBody`."""
        size, is_whole = 0, self._length > self._limit
        while not is_whole:
            message = await self._next(receive)
            piece = message.get("body", b"")
            size, is_whole = size + len(piece), not message.get("more_body") or size + len(piece) > self._limit
            self._spool.write(piece)
        self._length = max(self._length, size)
        self._left = size if self._length <= self._limit else 0
        self._spool.seek(0)

    def describe(self, scope: dict[str, Any]) -> dict[str, Any]:
        """Return the scope with the length of the body in it, which one that came in chunks did not have."""
        headers = [header for header in scope["headers"] if header[0] not in FRAMING]
        length = [(b"content-length", str(self._length).encode())] if self._length else []
        return {**scope, "headers": [*headers, *length]}

    async def receive(self) -> dict[str, Any]:
        """Hand it on in pieces, as a server does."""
        piece = self._spool.read(min(PIECE_BYTES, self._left))
        self._left -= len(piece)
        return {"type": "http.request", "body": piece, "more_body": self._left > 0}

    def close(self) -> None:
        self._spool.close()

    async def _next(self, receive: Receive) -> dict[str, Any]:
        try:
            message: dict[str, Any] = await asyncio.wait_for(receive(), PATIENCE_SECONDS)
        except TimeoutError as error:
            raise SlowBody from error
        if message["type"] == "http.disconnect":
            raise SlowBody
        return message


def _limit_of(path: str) -> int:
    try:
        return body_limit(resolve(path).func)
    except Resolver404:
        return settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def _number(text: str) -> int:
    """Return the value of a Content-Length; nonsense is more than anybody takes."""
    if not text:
        return 0
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else 10**LONGEST_NUMBER
