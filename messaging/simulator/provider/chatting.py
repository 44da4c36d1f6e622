"""How a customer's message gets into the chat and on its way to the product."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from .chats import Chat, ChatMessage, new_wamid
from .core import Core
from .errors import GraphError
from .media import Media
from .payloads import Value, message_value, stamp


class Chatting:
    """One customer in one chat.

    Messages take `quotes` (a message id), `forwarded`, and `at` (epoch seconds or an aware datetime).
    """

    def __init__(self, core: Core, chat: Chat) -> None:
        self._core, self.chat = core, chat

    @property
    def received(self) -> list[ChatMessage]:
        """What the business sent, oldest first."""
        return [message for message in self.chat.messages if message.side == "business"]

    def sends(
        self,
        kind: str,
        content: Any,
        *,
        quotes: str = "",
        forwarded: bool = False,
        at: float | datetime | None = None,
        with_contact: bool = True,
        **extra: Any,
    ) -> str:
        """A message of any type; `extra` keys go beside its content (`referral`, `errors`, …)."""
        when = at.timestamp() if isinstance(at, datetime) else at or time.time()
        message = ChatMessage(new_wamid(), "customer", kind, content, when, quoted=quotes)
        told: Value = {"id": message.wamid, "timestamp": stamp(when), "type": kind, kind: content, **extra}
        if quotes or forwarded:
            told["context"] = self._context(quotes, forwarded=forwarded)
        with self._core.world.lock:
            self._core.world.add_message(self.chat, message)
            self.chat.note("customer_sent", type=kind, wamid=message.wamid)
            account = self._core.world.account(self.chat.phone_number_id)
            value = message_value(account, self.chat.customer, told, with_contact=with_contact)
        self._core.outbox.emit(account, value, self._listener(message))
        return message.wamid

    def sends_value(self, value: Value, *, field: str = "messages") -> str:
        """A webhook whose `value` is given; the answer is the webhook's id."""
        account = self._core.world.account(self.chat.phone_number_id)
        return self._core.outbox.emit(account, value, field=field)

    def sends_file(self, kind: str, content: bytes, mime_type: str, told: dict[str, Any], **how: Any) -> str:
        """A message with a file."""
        filename = told.get("filename", "")
        media = self._core.media.keep(
            content, mime_type=mime_type, phone_number_id=self.chat.phone_number_id, filename=filename
        )
        return self.sends(kind, {**self._described(media), **filled(told)}, **how)

    def seen(self, wamid: str, *, side: str = "") -> ChatMessage:
        """A message of this chat; raises GraphError 131009."""
        found = self._core.world.message(wamid)
        if found is None or found[0] is not self.chat or side not in ("", found[1].side):
            raise GraphError(131009, "The message is not in this chat.")
        return found[1]

    def _described(self, media: Media) -> dict[str, str]:
        url = f"{self._core.url}/files/{self._core.media.link(media.id)}"
        return {"id": media.id, "mime_type": media.mime_type, "sha256": media.webhook_sha256, "url": url}

    def _context(self, quotes: str, *, forwarded: bool) -> dict[str, object]:
        if not quotes:
            return {"forwarded": forwarded}
        found = self._core.world.message(quotes)
        account = self._core.world.account(self.chat.phone_number_id)
        by_customer = found is not None and found[1].side == "customer"
        author = self.chat.customer.wa_id if by_customer else account.display_phone_number
        return {"from": author, "id": quotes}

    def _listener(self, message: ChatMessage) -> Callable[[str, dict[str, object]], None]:
        def heard(kind: str, facts: dict[str, object]) -> None:
            with self._core.world.lock:
                if kind == "webhook_accepted" and message.status == "accepted":
                    message.status = "delivered"
                self.chat.note(kind, wamid=message.wamid, type=message.type, **facts)

        return heard


def filled(facts: dict[str, Any]) -> dict[str, Any]:
    """Without the keys that have nothing to say."""
    return {key: value for key, value in facts.items() if value != ""}
