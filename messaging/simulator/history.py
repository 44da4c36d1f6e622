"""A conversation of the product as the customer's phone would have it."""

from typing import Any

from messaging.models import Conversation, Message

KEPT_MESSAGES = 40
STATUSES = {"sent": "sent", "delivered": "delivered", "read": "read", "failed": "failed"}
SIDES = {"in": "customer", "out": "business"}


def history_of(conversation: Conversation) -> list[dict[str, Any]]:
    """Its latest messages, oldest first, in the form that the stand-in keeps."""
    with_ids = Message.objects.filter(conversation=conversation, external_id__isnull=False).in_thread().public()
    latest = with_ids.select_related("quoted").order_by("-provider_time", "-pk")[:KEPT_MESSAGES]
    return [_told(message) for message in reversed(latest)]


def _told(message: Message) -> dict[str, Any]:
    return {
        "wamid": message.external_id,
        "side": SIDES[message.direction],
        "type": "audio" if message.kind == Message.Kind.VOICE else message.kind,
        "content": _content(message),
        "at": message.provider_time.timestamp(),
        "status": STATUSES.get(message.state, "delivered"),
        "quoted": message.quoted.external_id or "" if message.quoted else "",
        "callback": str(message.callback_id or ""),
        "edited": message.edited_at is not None,
        "deleted": message.deleted_at is not None,
        "reactions": {SIDES[each["side"]]: each["emoji"] for each in message.reactions if each.get("side") in SIDES},
    }


def _content(message: Message) -> dict[str, Any]:
    if message.kind == Message.Kind.TEXT:
        return {"body": message.text}
    if message.kind == Message.Kind.LOCATION:
        return {key: message.payload.get(key) for key in ("latitude", "longitude", "name", "address")}
    if message.kind == Message.Kind.TEMPLATE:
        return {"name": "", "header": "", "media": None, "body": message.text, "footer": "", "buttons": []}
    return {"caption": message.text}
