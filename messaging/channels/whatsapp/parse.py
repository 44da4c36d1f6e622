"""Reads a webhook body of any shape into events. Pure and total: it answers for any bytes and never raises."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from . import kapso
from .changes import call, contact_synced, preference, user_id_update
from .document import Unreadable, read_document
from .events import Event, Parsed, Unhandled
from .history import history
from .messages import echo, inbound
from .notices import NOTICE_FIELDS, TEMPLATE_FIELDS, group, notice, template, value_error
from .people import Contacts
from .phones import e164
from .reading import identifier, items, line, mapping
from .source import NotUnderstood, Reader, Source, read_list
from .statuses import status

# What a value can hold, and who reads one item of it. Every list present is read, whatever its field is called.
# Which types of message there are stands in contents.py (shown) and acts.py (acting on others).
LISTS: dict[str, Reader] = {
    "messages": inbound,
    "message_echoes": echo,
    "statuses": status,
    "errors": value_error,
    "history": history,
    "state_sync": contact_synced,
    "user_preferences": preference,
    "user_id_update": user_id_update,
    "calls": call,
    "groups": group,
}
_OBJECT = "whatsapp_business_account"
_MOST_REASONS = 100


def parse(raw: bytes, headers: Mapping[str, str] | None = None, received_at: datetime | None = None) -> Parsed:
    """All events of a webhook body, in its order, with the reasons for what was not understood.

    ``headers`` of the delivery name Kapso's event; without them it is read from the body. A provider's time later than
    a day after ``received_at`` is dropped as absurd.
    """
    source = Source(received_at=received_at)
    try:
        body = read_document(raw)
    except Unreadable as refusal:
        events: tuple[Event, ...] = (Unhandled(reason=str(refusal)),)
    else:
        lowered = {str(name).lower(): value for name, value in (headers or {}).items()}
        events = tuple(_without_endless_reasons(_document(source, body, lowered)))
    reasons = (event for event in events if isinstance(event, Unhandled))
    return Parsed(events, tuple(": ".join(filter(None, [event.where, event.reason])) for event in reasons))


def _without_endless_reasons(found: Iterator[Event]) -> Iterator[Event]:
    """A body of a million broken items gets a hundred reasons and their number, not a million."""
    unhandled = 0
    for event in found:
        unhandled += isinstance(event, Unhandled)
        if unhandled <= _MOST_REASONS or not isinstance(event, Unhandled):
            yield event
    if unhandled > _MOST_REASONS:
        yield Unhandled(reason=f"{unhandled - _MOST_REASONS} more items were not understood.")


def _document(source: Source, body: Any, headers: Mapping[str, str]) -> Iterator[Event]:
    if not isinstance(body, dict):
        yield Unhandled(reason="The body is not an object.")
    elif kapso.is_kapso(body, headers):
        yield from kapso.events(source, body, headers, read_value)
    elif (named := line(body.get("object"))) not in {"", _OBJECT}:
        yield Unhandled(reason=f"The body is about {named!r}, not about WhatsApp.")
    elif "entry" in body:
        yield from read_list(source, body["entry"], _entry, "entry")
    elif "value" in body:  # the single change that the provider's dashboard shows as its sample
        yield from read_list(source, body, _change, "change")
    else:
        yield Unhandled(reason="The body has no entry.")


def _entry(source: Source, entry: dict[str, Any]) -> Iterator[Event]:
    if entry.get("changes") is None:
        raise NotUnderstood("The entry holds no changes.")
    own, named = replace(source, waba_id=identifier(entry.get("id"))), line(entry.get("field"))

    def read(source: Source, change: dict[str, Any]) -> Iterator[Event]:
        return _change(source, change, named)

    yield from read_list(own, entry.get("changes"), read, "changes")


def _change(source: Source, change: dict[str, Any], named: str = "") -> Iterator[Event]:
    field, values = line(change.get("field")) or named, change.get("value")
    if not items(values):
        raise NotUnderstood(f"The change of {field!r} holds no value.")

    def read(source: Source, value: dict[str, Any]) -> Iterator[Event]:
        return read_value(source, field, value)

    yield from read_list(source, values, read, "value")


def read_value(source: Source, field: str, value: dict[str, Any]) -> Iterator[Event]:
    """The events of one value: of every list it holds, or of its field when it holds none."""
    metadata = mapping(value.get("metadata"))
    settings = mapping(value.get("phone_number_settings"))
    own = replace(
        source,
        phone_number_id=identifier(metadata.get("phone_number_id") or settings.get("phone_number_id")),
        own_phone=e164(identifier(metadata.get("display_phone_number"))),
        contacts=Contacts.of(items(value.get("contacts"))),
        backfill=field == "history",
    )
    lists = [key for key in value if key in LISTS]
    for key in lists:
        alone = replace(own, is_single=len(items(value[key])) == 1)
        yield from read_list(alone, value[key], LISTS[key], key)
    if lists:
        return
    if field in TEMPLATE_FIELDS:
        yield from template(own, field, value)
    elif field in NOTICE_FIELDS:
        yield from notice(own, field, value)
    elif field == "messages":
        raise NotUnderstood("The value holds nothing that we know.")
    else:
        raise NotUnderstood(f"The field {field!r} is not one we know.")
