"""What the stream needs of the ASGI server: short answers, and to hear when a browser or the process goes away."""

import asyncio
import signal
import threading
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from types import FrameType
from typing import Any

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Step = Callable[[], Awaitable[None]]

EVENT_STREAM = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store, no-transform"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]
EMPTY = [(b"content-length", b"0"), (b"cache-control", b"no-store")]
COME_BACK = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}


async def live(receive: Receive, send: Send, start: Step, stop: Step) -> None:
    """Serve one ASGI lifespan. What `start` raises stops the server, which would otherwise go on without it."""
    await receive()
    try:
        await start()
    except Exception as error:
        await send({"type": "lifespan.startup.failed", "message": str(error)})
        raise
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await stop()
    await send({"type": "lifespan.shutdown.complete"})


async def respond(send: Send, status: HTTPStatus) -> None:
    """Answer without a body: whoever is refused learns nothing but the status."""
    headers = [*EMPTY, (b"retry-after", b"5")] if status in COME_BACK else EMPTY
    await send({"type": "http.response.start", "status": int(status), "headers": headers})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def when_disconnected(receive: Receive, then: Callable[[], None]) -> None:
    """Call `then` when the browser has closed the connection."""
    while (await receive())["type"] != "http.disconnect":
        pass
    then()


def when_told_to_stop(then: Callable[[], None]) -> None:
    """Call `then` on SIGTERM and SIGINT, beside what the server does about them.

    A server waits for open requests before it ends an application's lifespan, and a stream would never end by itself.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _both(signal.getsignal(number), lambda: loop.call_soon_threadsafe(then)))
        signal.siginterrupt(number, False)


def _both(before: Any, then: Callable[[], object]) -> Callable[[int, FrameType | None], None]:
    def handle(number: int, frame: FrameType | None) -> None:
        then()
        if callable(before):
            before(number, frame)

    return handle
