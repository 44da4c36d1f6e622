"""Webhook bodies written for these tests."""

import json
from datetime import UTC, datetime
from typing import Any

from messaging.channels.whatsapp.parse import parse

NUMBER_ID, WABA, OWN = "771100220033", "880011223344", "622150996000"
SENT_AT = datetime(2026, 1, 1, tzinfo=UTC)
SARI = {"wa_id": "6281234500001", "profile": {"name": "Sari Wulandari"}}


def message(kind: Any = "text", body: Any = None, **more: Any) -> dict[str, Any]:
    """A message from Sari; ``body`` is the object of its type."""
    found = {"from": SARI["wa_id"], "id": "wamid.IN1", "timestamp": "1767225600", "type": kind}
    if body is None and kind == "text":
        body = {"body": "Selamat pagi"}
    return found | ({kind: body} if body is not None else {}) | more


def status(name: Any = "delivered", **more: Any) -> dict[str, Any]:
    return {"id": "wamid.OUT1", "status": name, "timestamp": "1767225660", "recipient_id": SARI["wa_id"]} | more


def value(**lists: Any) -> dict[str, Any]:
    metadata = {"display_phone_number": OWN, "phone_number_id": NUMBER_ID}
    return {"messaging_product": "whatsapp", "metadata": metadata, **lists}


def change(field: str = "messages", **lists: Any) -> dict[str, Any]:
    return {"field": field, "value": value(**lists)}


def entry(*changes: Any, waba: str = WABA) -> dict[str, Any]:
    return {"id": waba, "changes": list(changes)}


def body(*entries: Any) -> dict[str, Any]:
    return {"object": "whatsapp_business_account", "entry": list(entries)}


def with_messages(*messages: Any, contacts: Any = (SARI,)) -> dict[str, Any]:
    return body(entry(change(contacts=list(contacts), messages=list(messages))))


def raw(document: Any) -> bytes:
    return json.dumps(document).encode()


def read(document: Any, headers: dict[str, str] | None = None) -> Any:
    """What the parser says of a body."""
    return parse(raw(document), headers)


def events(document: Any, headers: dict[str, str] | None = None) -> Any:
    """The events of a body that is understood whole."""
    parsed = read(document, headers)
    assert parsed.reasons == ()
    return parsed.events


def only(document: Any, headers: dict[str, str] | None = None) -> Any:
    (event,) = events(document, headers)
    return event
