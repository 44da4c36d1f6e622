"""Browsers for the tests of the stream: the ASGI application on a loop of its own, and clients that read its frames."""

import asyncio
import json
import queue
import threading
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.conf import settings

from helpdesk.realtime.stream import EventStream

SOON = 5.0


class Frame(NamedTuple):
    event: str
    id: str
    data: Any


class Browser:
    """One connection. `stall` makes it stop reading, as a browser behind a dead network does."""

    def __init__(self) -> None:
        self.status: int | None = None
        self.headers: dict[str, str] = {}
        self.retries: list[int] = []
        self.last_id = ""
        self.is_finished = threading.Event()
        self.has_answer = threading.Event()
        self.comments: queue.Queue[str] = queue.Queue()
        self._frames: queue.Queue[Frame | None] = queue.Queue()
        self._flowing = asyncio.Event()
        self._gone = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._flowing.set()

    def frame(self, timeout: float = SOON) -> Frame | None:
        """Return the next frame that a page would see; None when the stream has ended."""
        return self._frames.get(timeout=timeout)

    def events(self, timeout: float = SOON) -> list[tuple[str, int, int | None]]:
        """Return the changes of the next frame, which must be one of changes."""
        frame = self.frame(timeout)
        assert frame is not None
        assert frame.event == "change"
        return [(each["kind"], each["subject"], each["part"]) for each in frame.data["events"]]

    def is_quiet(self, timeout: float = 0.3) -> bool:
        try:
            self._frames.get(timeout=timeout)
        except queue.Empty:
            return True
        return False

    def stall(self) -> None:
        self._loop.call_soon_threadsafe(self._flowing.clear)

    def flow(self) -> None:
        self._loop.call_soon_threadsafe(self._flowing.set)

    def leave(self) -> None:
        self._loop.call_soon_threadsafe(self._gone.set)

    async def receive(self) -> dict[str, Any]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        await self._flowing.wait()
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {key.decode(): value.decode() for key, value in message["headers"]}
            self.has_answer.set()
            return
        for text in filter(None, message["body"].decode().split("\n\n")):
            if text.startswith(": "):
                self.comments.put(text[2:])
            else:
                self._read(dict(line.split(": ", 1) for line in text.split("\n")))
        if not message["more_body"]:
            self._frames.put(None)

    def _read(self, fields: dict[str, str]) -> None:
        if "retry" in fields:
            self.retries.append(int(fields["retry"]))
        self.last_id = fields.get("id", self.last_id)
        if "data" in fields:
            self._frames.put(Frame(fields["event"], fields.get("id", ""), json.loads(fields["data"])))


class Site:
    """A running stream process without a server in front."""

    def __init__(self) -> None:
        self.stream = EventStream()
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()
        self.run(self.stream.start())

    def run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(10)

    def open(
        self, session: str = "", workspace: str = "eagle", *, cursor: str = "", method: str = "GET", **headers: str
    ) -> Browser:
        """Connect and wait for the answer's head. Headers are named with underscores for dashes."""
        fields = {"host": "testserver", "cookie": f"{settings.SESSION_COOKIE_NAME}={session}", **headers}
        scope = {
            "type": "http",
            "method": method,
            "path": "/events/",
            "query_string": urlencode({"workspace": workspace, "cursor": cursor}).encode(),
            "headers": [(key.replace("_", "-").encode(), value.encode()) for key, value in fields.items()],
        }
        browser = self.run(self._connect(scope))
        assert browser.has_answer.wait(SOON)
        return browser

    def close(self) -> None:
        self.run(self.stream.stop())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(SOON)
        self.loop.close()

    async def _connect(self, scope: dict[str, Any]) -> Browser:
        browser = Browser()
        task = asyncio.create_task(self.stream(scope, browser.receive, browser.send))
        task.add_done_callback(lambda _: browser.is_finished.set())
        return browser
