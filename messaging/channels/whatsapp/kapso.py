"""Kapso's own bodies (`kind: kapso`, version 2), turned into the value that Meta would have sent.

`kind: meta` is Meta's body unchanged and never comes here. Each message carries what Kapso knows about it under
`kapso`, and its person under `conversation`.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .document import clean
from .events import AccountNotice, Event, Unhandled
from .reading import flag, identifier, items, line, mapping
from .source import NotUnderstood, Source, read_list

ReadValue = Callable[[Source, str, dict[str, Any]], Iterator[Event]]

_MARKS = ("message", "conversation", "contact", "data", "whatsapp_config")
_NOTICES = ("whatsapp.", "workflow.", "project.", "kapso_agent.")
_ALARMING = ("deleted", "disabled", "disconnected", "failed", "offboarded", "restricted", "violation")
_ON_PHONE = {"business_app": "smb_message_echoes", "history_sync": "history"}


def is_kapso(body: dict[str, Any], headers: Mapping[str, str]) -> bool:
    if "entry" in body or "value" in body:
        return False
    return "x-webhook-event" in headers or any(mark in body for mark in _MARKS)


def events(source: Source, body: dict[str, Any], headers: Mapping[str, str], read_value: ReadValue) -> Iterator[Event]:
    """The events of a single or a batch body; the event's name is in the header, or in a batch's `type`."""
    named = clean(line(headers.get("x-webhook-event"))) or line(body.get("type")) or line(body.get("event"))
    if "whatsapp_config" in body or line(headers.get("x-webhook-payload-version")).lower() == "v1":
        yield Unhandled(reason="Kapso's payload version 1 is not read; set the webhook to version v2.")
        return

    def read(source: Source, item: dict[str, Any]) -> Iterator[Event]:
        return _events(source, item, named, read_value)

    is_batch = flag(body.get("batch")) or flag(headers.get("x-webhook-batch")) or isinstance(body.get("data"), list)
    yield from read_list(source, body.get("data") if is_batch else body, read, "data" if is_batch else "body")


def _events(source: Source, item: dict[str, Any], named: str, read_value: ReadValue) -> Iterator[Event]:
    if isinstance(item.get("message"), dict):
        field, lists = _message(item, named)
    elif isinstance(item.get("marketing_preference"), dict):
        field, lists = "user_preferences", {"user_preferences": [_preference(item)]}
    elif isinstance(item.get("previous"), dict):
        field, lists = "user_id_update", {"user_id_update": [_identity(item)]}
    elif named.startswith(_NOTICES) or "conversation" in item:
        is_alert = named.endswith(_ALARMING)
        yield AccountNotice(
            field=named, text=named, is_alert=is_alert, payload=item, phone_number_id=identifier(_number_id(item))
        )
        return
    else:
        raise NotUnderstood(f"Kapso's event {named!r} is not one we know.")
    yield from read_value(source, field, {"metadata": {"phone_number_id": _number_id(item)}, **lists})


def _message(item: dict[str, Any], named: str) -> tuple[str, dict[str, Any]]:
    """The field and the lists that hold this message, or what became of it."""
    message, known = mapping(item.get("message")), mapping(mapping(item.get("message")).get("kapso"))
    customer, event = _customer(item), named.rpartition(".")[2]
    is_inbound = (line(known.get("direction")) or ("inbound" if event == "received" else "outbound")) == "inbound"
    field = _ON_PHONE.get(line(known.get("origin")), "messages")
    if is_inbound:
        own = {"from": customer["wa_id"], **_without_nulls(_completed(message, known))}
        return "history" if field == "history" else "messages", {"contacts": [customer], "messages": [own]}
    if field != "messages" and event in {"sent", "received", ""}:
        own = {"to": customer["wa_id"], **_without_nulls(_completed(message, known))}
        return field, {"contacts": [customer], "message_echoes": [own]}
    return "messages", {"contacts": [customer], "statuses": _statuses(message, known, customer, event)}


def _statuses(message: dict[str, Any], known: dict[str, Any], customer: dict[str, Any], event: str) -> list[Any]:
    """All that Meta ever said about the message: the list is cumulative, and hearing a status twice changes nothing."""
    told = [{"id": message.get("id"), **mapping(status)} for status in items(known.get("statuses"))]
    last = {"id": message.get("id"), "status": event or known.get("status"), "timestamp": message.get("timestamp")}
    return told or [{**last, "recipient_id": customer["wa_id"], "errors": message.get("errors")}]


def _customer(item: dict[str, Any]) -> dict[str, Any]:
    conversation = mapping(item.get("conversation"))
    known, contact = mapping(conversation.get("kapso")), mapping(item.get("contact") or conversation.get("contact"))
    found = contact | conversation
    return {
        "wa_id": found.get("phone_number") or contact.get("wa_id"),
        "user_id": found.get("business_scoped_user_id"),
        "parent_user_id": found.get("parent_business_scoped_user_id"),
        "profile": {
            "name": known.get("contact_name") or found.get("contact_name") or contact.get("profile_name"),
            "username": found.get("username") or mapping(item.get("message")).get("username"),
        },
    }


def _completed(message: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    """The message with the file's name, type and address that Kapso keeps apart from it."""
    kind, data = line(message.get("type")), mapping(known.get("media_data"))
    if not flag(known.get("has_media")) or not data or not isinstance(message.get(kind), dict):
        return message
    file = {"url": data.get("url"), "filename": data.get("filename"), "mime_type": data.get("content_type")}
    return message | {kind: file | _without_nulls(mapping(message[kind]))}


def _preference(item: dict[str, Any]) -> dict[str, Any]:
    chosen = mapping(item.get("marketing_preference"))
    return {
        **_customer(item),
        "value": chosen.get("status"),
        "detail": chosen.get("detail"),
        "timestamp": chosen.get("occurred_at"),
    }


def _identity(item: dict[str, Any]) -> dict[str, Any]:
    now, before = _customer(item), mapping(item.get("previous"))
    user_id = {"current": now["user_id"], "previous": before.get("business_scoped_user_id")}
    return {"wa_id": now["wa_id"], "user_id": user_id, "timestamp": mapping(item.get("contact")).get("updated_at")}


def _number_id(item: dict[str, Any]) -> Any:
    return item.get("phone_number_id") or mapping(item.get("conversation")).get("phone_number_id")


def _without_nulls(found: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in found.items() if value is not None}
