"""The hub of a stream process: lets clients in, keeps them supplied, and sends away who lost the right to listen."""

import asyncio
from http import HTTPStatus

from helpdesk.realtime import frames, queries
from helpdesk.realtime.admission import Refused, still_welcome
from helpdesk.realtime.client import Client
from helpdesk.realtime.cursor import judge, parameters, refuse
from helpdesk.realtime.database import StreamDatabase
from helpdesk.realtime.feed import Feed
from helpdesk.realtime.loops import keep_running
from helpdesk.realtime.rooms import Rooms

CHECK_EVERY = 3.0
STREAMS_A_USER = 10


class Hub:
    """The clients of a process and the loops that serve them. Made inside a running event loop."""

    def __init__(self, database: StreamDatabase):
        self._database = database
        self._rooms = Rooms()
        self._feed = Feed(database, self._rooms)
        self._is_closing = False
        work = (self._feed.listen, self._feed.follow, self._check, self._tick)
        self._tasks = [asyncio.create_task(keep_running(each)) for each in work]

    async def enter(self, client: Client, cursor: str) -> bytes:
        """Register a client and return its first frame: what it missed since `cursor`; the rest is pushed to it.

        Raises `Refused`, `TimeoutError` or `psycopg.Error`. Only a client that was let in may `leave`.
        """
        if cursor or not self._feed.cursor:
            # The client's cursor may be newer than the feed's; one that is taken from now on is newer still.
            await self._feed.look_now()
        if self._is_closing:
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE)
        if self._rooms.streams_of(client.visitor.user) >= STREAMS_A_USER:
            raise Refused(HTTPStatus.TOO_MANY_REQUESTS)
        self._rooms.add(client)
        try:
            return await self._missed(client.visitor.workspace, cursor, self._feed.cursor)
        except BaseException:
            self._rooms.remove(client)
            raise

    def leave(self, client: Client) -> None:
        self._rooms.remove(client)

    def dismiss(self) -> None:
        """End every stream; the browsers connect again, to another process or to the next one here."""
        self._is_closing = True
        for client in self._rooms.everyone():
            client.end(frames.retry())

    async def close(self) -> None:
        self.dismiss()
        running = set(self._tasks)
        while running:
            for task in running:
                task.cancel()
            # Again, because Python 3.11's wait_for, which psycopg waits with, can lose a cancellation.
            _, running = await asyncio.wait(running, timeout=0.2)

    async def _missed(self, workspace: int, cursor: str, until: str) -> bytes:
        if not cursor:
            return frames.place(until)
        if refuse(cursor, until):
            return frames.reset(until)
        rows = await self._database.fetch(queries.BETWEEN, parameters(workspace, cursor, until))
        changes = judge(rows)
        if not isinstance(changes, list):
            return frames.reset(until)
        return frames.change(until, changes) if changes else frames.place(until)

    async def _check(self) -> None:
        """Ask for all clients at once whether their sessions, passwords and roles still stand."""
        while True:
            await asyncio.sleep(CHECK_EVERY)
            clients = self._rooms.everyone()
            if clients:
                welcome = await still_welcome({client.visitor for client in clients}, self._database)
                for client in clients:
                    if client.visitor not in welcome:
                        client.revoke()

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(1)
            now = asyncio.get_running_loop().time()
            for client in self._rooms.everyone():
                client.tick(now)
