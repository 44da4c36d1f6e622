"""A crowd of browsers on raw sockets: each keeps its place and comes back after the time it was told to wait."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from django.conf import settings

KIND = "message"


@dataclass
class Listener:
    """One browser. `seen` holds the subjects of the messages it was told of, `frames` the other frames' names.

    One that is `forgetful` comes back without its place: the control that shows what the place is good for.
    """

    session: str
    workspace: str
    port: int
    is_forgetful: bool = False
    last_id: str = ""
    retry: float = 1.0
    connections: int = 0
    closed_at: float = 0.0
    seen: list[int] = field(default_factory=list)
    frames: list[str] = field(default_factory=list)

    async def listen(self) -> None:
        """Connect, and connect again, until cancelled or told that it is over."""
        while "closed" not in self.frames:
            with suppress(OSError):
                await self._connection()
            if "closed" not in self.frames:
                await asyncio.sleep(self.retry)

    async def _connection(self) -> None:
        # HTTP/1.0, so that the body is the plain stream without chunk marks.
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=2**20)
        place = f"Last-Event-ID: {self.last_id}\r\n" if self.last_id and not self.is_forgetful else ""
        writer.write(
            f"GET /events/?workspace={self.workspace} HTTP/1.0\r\nHost: 127.0.0.1\r\n{place}"
            f"Cookie: {settings.SESSION_COOKIE_NAME}={self.session}\r\n\r\n".encode()
        )
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            assert b" 200 " in head.split(b"\r\n")[0], head
            self.connections += 1
            while True:
                self._take((await reader.readuntil(b"\n\n")).decode())
        except asyncio.IncompleteReadError:
            pass
        finally:
            writer.close()

    def _take(self, frame: str) -> None:
        fields = dict(line.split(": ", 1) for line in frame.strip().split("\n"))
        self.last_id = fields.get("id", self.last_id)
        if "retry" in fields:
            self.retry = int(fields["retry"]) / 1000
        if fields.get("event") == "change":
            self.seen += [each["subject"] for each in json.loads(fields["data"])["events"] if each["kind"] == KIND]
        elif "event" in fields:
            self.frames.append(fields["event"])
            self.closed_at = asyncio.get_running_loop().time()


async def until(condition: Callable[[], object], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        await asyncio.sleep(0.05)
    return bool(condition())


@asynccontextmanager
async def listening(listeners: list[Listener]) -> AsyncIterator[None]:
    """Have all of them connected for the block."""
    tasks = [asyncio.create_task(each.listen()) for each in listeners]
    assert await until(lambda: all(each.last_id for each in listeners), 20)
    yield
    for task in tasks:
        task.cancel()
