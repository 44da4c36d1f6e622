"""`/events/`: what changes in a workspace, as server-sent events; a plain ASGI application.

It stands beside Django, not inside: a thousand open streams cost a fraction of what they would as Django requests.
"""

import asyncio
from http import HTTPStatus

import psycopg
from django.db import connection

from helpdesk.postgres_role import refuse_privileged_role
from helpdesk.realtime import frames
from helpdesk.realtime.admission import Refused, admit
from helpdesk.realtime.client import Client
from helpdesk.realtime.database import StreamDatabase
from helpdesk.realtime.hub import Hub
from helpdesk.realtime.request import Scope, StreamRequest
from helpdesk.realtime.wire import EVENT_STREAM, Receive, Send, live, respond, when_disconnected, when_told_to_stop


class EventStream:
    """The ASGI application; it lives from the start of the server's lifespan to its end."""

    def __init__(self) -> None:
        self._database: StreamDatabase
        self._hub: Hub

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await live(receive, send, self.start, self.stop)
        elif scope["type"] == "http":
            await self._answer(StreamRequest(scope), receive, send)

    async def start(self) -> None:
        """Begin to follow events. Raises `ImproperlyConfigured` for a database role that may not serve."""
        await asyncio.to_thread(_check_role)
        self._database = StreamDatabase()
        await self._database.open()
        self._hub = Hub(self._database)
        when_told_to_stop(self._hub.dismiss)

    async def stop(self) -> None:
        await self._hub.close()
        await self._database.close()

    async def _answer(self, request: StreamRequest, receive: Receive, send: Send) -> None:
        try:
            visitor = await admit(request, self._database)
            if request.method == "HEAD":
                await respond(send, HTTPStatus.OK)
            else:
                client = Client(visitor)
                first = await self._hub.enter(client, request.cursor)
                await self._serve(client, first, receive, send)
        except Refused as refusal:
            await respond(send, refusal.status)
        except (psycopg.Error, TimeoutError):
            await respond(send, HTTPStatus.SERVICE_UNAVAILABLE)

    async def _serve(self, client: Client, first: bytes, receive: Receive, send: Send) -> None:
        leaving = asyncio.create_task(when_disconnected(receive, client.end))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": EVENT_STREAM})
            frame = frames.retry() + first
            while frame:
                await send({"type": "http.response.body", "body": frame, "more_body": True})
                frame = await client.take()
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except asyncio.CancelledError:
            if not client.is_dropped:
                raise
        finally:
            leaving.cancel()
            self._hub.leave(client)


def _check_role() -> None:
    refuse_privileged_role()
    connection.close()
