"""Webhook bodies as the provider sends them, made small."""

import hashlib
import hmac
import itertools
import json
import time
from typing import Any

from django.test import Client

from messaging.models import Channel

_ids = itertools.count(1)


def wamid() -> str:
    return f"wamid.TEST{next(_ids):08d}"


def text_message(sender: str = "628125550140", text: str = "Halo", **fields: Any) -> dict[str, Any]:
    now = str(int(time.time()))
    return {"from": sender, "id": wamid(), "timestamp": now, "type": "text", "text": {"body": text}, **fields}


def status(external_id: str, state: str, **fields: Any) -> dict[str, Any]:
    return {"id": external_id, "status": state, "timestamp": str(int(time.time())), "recipient_id": "1", **fields}


def envelope(channel: Channel, *, messages: Any = (), statuses: Any = (), names: dict[str, str] | None = None) -> bytes:
    value: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "1", "phone_number_id": channel.phone_number_id},
    }
    if messages:
        value["messages"] = list(messages)
        value["contacts"] = [{"wa_id": number, "profile": {"name": name}} for number, name in (names or {}).items()]
    if statuses:
        value["statuses"] = list(statuses)
    return body(channel, {"field": "messages", "value": value})


def value(channel: Channel, content: dict[str, Any], *, field: str) -> bytes:
    """A body whose one change is of another field than messages."""
    metadata = {"display_phone_number": "1", "phone_number_id": channel.phone_number_id}
    return body(channel, {"field": field, "value": {"messaging_product": "whatsapp", "metadata": metadata, **content}})


def body(channel: Channel, *changes: dict[str, Any]) -> bytes:
    entry = {"id": channel.waba_id, "changes": list(changes)}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def signature(raw: bytes, secret: str = "app-secret") -> str:
    return "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()


def post(client: Client, channel: Channel, raw: bytes, **headers: str) -> Any:
    signed = {"X-Hub-Signature-256": signature(raw), **headers}
    address = f"/webhooks/whatsapp/{channel.public_id}/"
    return client.post(address, data=raw, content_type="application/json", headers=signed)
