"""What was written before the business's phone was connected; sent once, in chunks, at most 180 days back."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from .events import Event
from .messages import inbound
from .notices import value_error
from .people import PLAIN, Contacts
from .reading import mapping
from .source import Source, read_list


def history(source: Source, chunk: dict[str, Any]) -> Iterator[Event]:
    """One of `history[]`: threads of messages, or the refusal to share them."""
    yield from read_list(source, chunk.get("errors"), value_error, "errors")
    yield from read_list(source, chunk.get("threads"), _thread, "threads")


def _thread(source: Source, thread: dict[str, Any]) -> Iterator[Event]:
    """A thread names its customer once; its messages may leave the name out."""
    customer = source.party({"wa_id": thread.get("id"), **mapping(thread.get("context"))}, PLAIN)
    own = replace(source, contacts=Contacts((customer,)), is_single=True, backfill=True)
    yield from read_list(own, thread.get("messages"), inbound, "messages")
