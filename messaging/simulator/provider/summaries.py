"""A chat in a few facts."""

from dataclasses import asdict
from typing import Any

from .chats import Chat, ChatMessage
from .statuses import RANK


def _is_on_the_phone(message: ChatMessage) -> bool:
    has_arrived = message.side == "customer" or RANK[message.status] >= RANK["delivered"]
    return has_arrived and message.type not in ("reaction", "edit", "revoke")


def summary(chat: Chat) -> dict[str, Any]:
    """Who it is, whether the window is open, and the last message that the customer sees."""
    last = next(filter(_is_on_the_phone, reversed(chat.messages)), None)
    return {
        "phone_number_id": chat.phone_number_id,
        "customer": asdict(chat.customer),
        "window_from": chat.window_from,
        "window_is_open": chat.window_is_open,
        "version": chat.version,
        "last": asdict(last) if last else None,
    }
