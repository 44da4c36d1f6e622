"""Webhook bodies as Meta writes them."""

import json
import time
from typing import Any

from .chats import Account, ChatMessage, Customer
from .errors import GraphError

Value = dict[str, Any]


def envelope(account: Account, value: Value, field: str = "messages") -> bytes:
    """The bytes of a webhook; letters beyond ASCII and slashes are escaped, as Meta's are."""
    body = {
        "object": "whatsapp_business_account",
        "entry": [{"id": account.waba_id, "changes": [{"value": value, "field": field}]}],
    }
    return json.dumps(body, separators=(",", ":")).replace("/", "\\/").encode()


def message_value(account: Account, customer: Customer, message: Value, *, with_contact: bool = True) -> Value:
    """What goes with one inbound message: whom it is for and whom it is from."""
    sender = {"from": customer.wa_id, "from_user_id": customer.user_id}
    value: Value = {**_metadata(account), "messages": [{**_known(sender), **message}]}
    if with_contact:
        value["contacts"] = [_contact(customer)]
    return value


def status_value(account: Account, customer: Customer, message: ChatMessage, status: str) -> Value:
    """One status of a message that the business sent."""
    told: Value = {
        "id": message.wamid,
        "status": status,
        "timestamp": stamp(message.marks.get(status)),
        **_known({"recipient_id": customer.wa_id, "recipient_user_id": customer.user_id}),
    }
    if message.callback:
        told["biz_opaque_callback_data"] = message.callback
    if status == "failed":
        told["errors"] = [GraphError(message.failure).as_status_error()]
        return {**_metadata(account), "statuses": [told]}
    if status in ("sent", "delivered"):
        category = "utility" if message.type == "template" else "service"
        kind = "regular" if message.type == "template" else "free_customer_service"
        told["pricing"] = {"billable": kind == "regular", "pricing_model": "PMP", "category": category, "type": kind}
    return {**_metadata(account), "contacts": [_contact(customer)], "statuses": [told]}


def stamp(at: float | None = None) -> str:
    """A moment as webhooks write it: whole seconds, as a string."""
    return str(int(time.time() if at is None else at))


def _metadata(account: Account) -> Value:
    return {
        "messaging_product": "whatsapp",
        "metadata": {
            "display_phone_number": account.display_phone_number,
            "phone_number_id": account.phone_number_id,
        },
    }


def _contact(customer: Customer) -> Value:
    return {"profile": {"name": customer.name}, **_known({"wa_id": customer.wa_id, "user_id": customer.user_id})}


def _known(names: dict[str, str]) -> dict[str, str]:
    return {key: name for key, name in names.items() if name}
