"""Follows the database's events and hands them to the rooms.

It holds a cursor of its own, and cursor and rooms change together, without a wait between them. So whoever enters a
room with that cursor in hand gets from the room exactly the events that the cursor does not include.
"""

import asyncio
from collections import defaultdict
from contextlib import suppress
from typing import Any

from helpdesk.realtime import frames, queries
from helpdesk.realtime.cursor import Change, is_behind
from helpdesk.realtime.database import StreamDatabase
from helpdesk.realtime.rooms import Rooms

LOOK_EVERY = 2.0
REST = 0.05
PATIENCE = 5.0
MOST_AT_ONCE = 20_000


class Feed:
    """The one reader of events in a process, for all of its clients."""

    def __init__(self, database: StreamDatabase, rooms: Rooms):
        self.cursor = ""
        self._database = database
        self._rooms = rooms
        self._wake = asyncio.Event()
        self._asking: list[asyncio.Future[None]] = []

    async def look_now(self) -> None:
        """Wait until `cursor` is one taken after this call. Raises `TimeoutError` when the database does not answer."""
        answer = asyncio.get_running_loop().create_future()
        self._asking.append(answer)
        self._wake.set()
        async with asyncio.timeout(PATIENCE):
            await answer

    async def listen(self) -> None:
        """Take wake-up calls for workspaces that somebody here looks at."""
        async for workspaces in self._database.calls():
            if self._rooms.has_any(workspaces):
                self._wake.set()

    async def follow(self) -> None:
        """Look for events when called, and every `LOOK_EVERY` seconds for those whose call was lost."""
        while True:
            await self._look()
            await asyncio.sleep(REST)
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY):
                    await self._wake.wait()

    async def _look(self) -> None:
        self._wake.clear()
        asked = len(self._asking)
        if not self.cursor:
            [[self.cursor]] = await self._database.fetch(queries.NOW)
        self._hand_out(await self._database.fetch(queries.NEWS, {"cursor": self.cursor, "limit": MOST_AT_ONCE + 1}))
        answered, self._asking = self._asking[:asked], self._asking[asked:]
        for answer in answered:
            if not answer.done():
                answer.set_result(None)

    def _hand_out(self, rows: list[tuple[Any, ...]]) -> None:
        until = rows[0][0]
        if is_behind(until, self.cursor) or len(rows) > MOST_AT_ONCE:
            self._rooms.tell_everyone(frames.reset(until))
        else:
            changes: defaultdict[int, list[Change]] = defaultdict(list)
            for _, workspace, *change in rows:
                if workspace is not None:
                    changes[workspace].append(Change(*change))
            for workspace, news in changes.items():
                self._rooms.tell(workspace, frames.change(until, news))
        self.cursor = until
