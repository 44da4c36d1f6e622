"""ASGI: the event stream, alone for production and in front of Django's pages on one port for development."""

import asyncio
import os
from http import HTTPStatus
from importlib import import_module
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
django.setup()

from a2wsgi import WSGIMiddleware  # noqa: E402 -- what follows needs the applications
from django.db import connection  # noqa: E402

from helpdesk.bodies import Body, SlowBody  # noqa: E402
from helpdesk.realtime.request import Scope  # noqa: E402
from helpdesk.realtime.stream import EventStream  # noqa: E402
from helpdesk.realtime.wire import Receive, Send, live, respond  # noqa: E402

STREAM = "/events/"
THREADS = 12


class OnePort:
    """Sends `/events/` to the stream and everything else to Django, which stays synchronous, on threads."""

    def __init__(self, stream: EventStream):
        self._stream = stream
        self._pages: Any

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await live(receive, send, self._start, self._stream.stop)
        elif scope["path"] == STREAM:
            await self._stream(scope, receive, send)
        else:
            await self._answer(scope, receive, send)

    async def _start(self) -> None:
        """Load the pages before the first request, so that what is wrong with them stops the start."""
        self._pages = await asyncio.to_thread(_load_pages)
        await self._stream.start()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Give the request to a thread once its body is here: slow senders hold none."""
        body = Body(scope)
        try:
            await body.take_in(receive)
            await self._pages(body.describe(scope), body.receive, send)
        except SlowBody:
            await respond(send, HTTPStatus.REQUEST_TIMEOUT)
        finally:
            body.close()


def _load_pages() -> Any:
    pages: Any = import_module("helpdesk.wsgi").application
    connection.close()
    return WSGIMiddleware(pages, workers=THREADS)


stream_application = EventStream()
application = OnePort(stream_application)
