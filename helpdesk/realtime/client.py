"""One open stream: what waits to be sent to it, and when it ends."""

import asyncio
from random import uniform

from helpdesk.realtime import frames
from helpdesk.realtime.admission import Visitor

MOST_WAITING = 100
LIFETIME = 600.0
PING_AFTER = 25.0
GRACE = 10.0


class Client:
    """A browser that listens. The hub pushes frames; the stream takes and sends them.

    A thousand of these are held at once, so it keeps little.
    """

    __slots__ = ("_ends_at", "_is_over", "_ping_at", "_ready", "_task", "_waiting", "is_dropped", "visitor")

    def __init__(self, visitor: Visitor):
        loop = asyncio.get_running_loop()
        self.visitor = visitor
        self.is_dropped = False
        self._task = asyncio.current_task()
        self._waiting: list[bytes] = []
        self._ready = asyncio.Event()
        self._is_over = False
        self._ping_at = loop.time() + PING_AFTER
        self._ends_at = loop.time() + LIFETIME * uniform(0.9, 1.1)

    def push(self, frame: bytes) -> None:
        """Queue a frame; a client that does not keep up is dropped and comes back with its cursor."""
        if self._is_over:
            return
        if len(self._waiting) >= MOST_WAITING:
            self.drop()
            return
        self._waiting.append(frame)
        self._ready.set()

    def end(self, *last: bytes) -> None:
        """End the stream after what is waiting and the `last` frames."""
        if not self._is_over:
            self._finish([*self._waiting, *last])

    def revoke(self) -> None:
        """End the stream at once: whoever listens may not know any more what waits."""
        self._finish([frames.CLOSED])

    def drop(self) -> None:
        """Cut the connection, even in the middle of sending."""
        self.is_dropped = self._is_over = True
        self._waiting.clear()
        self._ready.set()
        if self._task is not None:
            self._task.cancel()

    def tick(self, now: float) -> None:
        """Ping after a silence, which keeps proxies from closing; end when the time is up, by force if need be."""
        if now >= self._ends_at and self._is_over:
            self.drop()
        elif now >= self._ends_at:
            self.end(frames.retry())
        elif now >= self._ping_at:
            self.push(frames.PING)

    async def take(self) -> bytes:
        """Return everything that waits, or nothing when the stream is over."""
        await self._ready.wait()
        taken, self._waiting = self._waiting, []
        if not self._is_over:
            self._ready.clear()
        self._ping_at = asyncio.get_running_loop().time() + PING_AFTER
        return b"".join(taken)

    def _finish(self, last: list[bytes]) -> None:
        if not self._is_over:
            self._ends_at = asyncio.get_running_loop().time() + GRACE
        self._waiting = last
        self._is_over = True
        self._ready.set()
