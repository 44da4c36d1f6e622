"""The server-sent event frames of a stream. They carry ids, never content."""

import json
from collections.abc import Iterable
from random import randint

from helpdesk.realtime.cursor import MOST_CHANGES, Change, distinct

PING = b": ping\n\n"
CLOSED = b"event: closed\ndata: {}\n\n"


def place(cursor: str) -> bytes:
    """Tell the browser its cursor without waking the page: a frame without data is not dispatched."""
    return f"id: {cursor}\n\n".encode()


def change(cursor: str, changes: Iterable[Change]) -> bytes:
    """Say what changed up to `cursor`; too much of it becomes a reset."""
    once = distinct(changes)
    if len(once) > MOST_CHANGES:
        return reset(cursor)
    data = json.dumps({"events": [each._asdict() for each in once]}, separators=(",", ":"))
    return f"id: {cursor}\nevent: change\ndata: {data}\n\n".encode()


def reset(cursor: str) -> bytes:
    """Tell the page to load everything again; from there on it continues at `cursor`."""
    return f"id: {cursor}\nevent: reset\ndata: {{}}\n\n".encode()


def retry() -> bytes:
    """Set how long the browser waits before it connects again; spread out, so that they do not all come at once."""
    return f"retry: {randint(500, 4000)}\n\n".encode()
