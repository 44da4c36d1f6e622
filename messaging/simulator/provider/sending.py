"""Accepts what the business sends: messages, read marks and typing."""

import time
from typing import Any

from .bodies import MEDIA, Body, check_body, check_product
from .chats import TYPING_SECONDS, Account, Chat, ChatMessage, digits, new_wamid
from .errors import GraphError
from .ledger import Ledger
from .media import MediaShelf
from .statuses import Statuses
from .templates import fill_template, find_template
from .world import World


class Sending:
    """Checks as Meta does, writes to the ledger, then lets statuses begin."""

    def __init__(self, world: World, ledger: Ledger, media: MediaShelf, statuses: Statuses) -> None:
        self._world, self._ledger, self._media, self._statuses = world, ledger, media, statuses

    def accept(self, account: Account, body: Body) -> Body:
        """Take one message; the answer is Meta's. Raises GraphError."""
        kind = check_body(body)
        recipient = str(body.get("to") or body["recipient"])
        if digits(recipient) == account.display_phone_number:
            raise GraphError(131021, "Recipient phone number cannot be the sender phone number")
        chat = self._world.chat(account.phone_number_id, recipient)
        self._refuse_late(chat, kind)
        message = ChatMessage(
            new_wamid(),
            "business",
            kind,
            self._content(account, chat, kind, body[kind]),
            time.time(),
            quoted=body.get("context", {}).get("message_id", ""),
            callback=body.get("biz_opaque_callback_data") or "",
        )
        self._ledger.append(
            "send",
            phone_number_id=account.phone_number_id,
            wamid=message.wamid,
            to=recipient,
            type=kind,
            callback=message.callback,
            body=body,
        )
        self._show(chat, message)
        self._statuses.begin(chat, message)
        person = chat.customer
        contact = {"input": recipient, "wa_id": person.wa_id, "user_id": person.user_id}
        return {
            "messaging_product": "whatsapp",
            "contacts": [{key: value for key, value in contact.items() if value}],
            "messages": [{"id": message.wamid, **({"message_status": "accepted"} if kind == "template" else {})}],
        }

    def mark_read(self, account: Account, body: Body) -> Body:
        """Show the customer blue ticks, and "typing" when asked; raises GraphError."""
        check_product(body)
        found = self._world.message(str(body.get("message_id")))
        if found is None or found[0].phone_number_id != account.phone_number_id or found[1].side != "customer":
            raise GraphError(131009, "Param message_id is not the id of a message that this number received.")
        chat, last = found
        typing = bool(body.get("typing_indicator"))
        self._ledger.append(
            "mark", phone_number_id=account.phone_number_id, message_id=last.wamid, typing=typing, body=body
        )
        with self._world.lock:
            for message in chat.messages[: chat.messages.index(last) + 1]:
                if message.side == "customer":
                    message.status = "read"
            chat.typing_until = time.time() + TYPING_SECONDS if typing else chat.typing_until
            chat.note("typing" if typing else "marked_read", wamid=last.wamid)
        return {"success": True}

    def _refuse_late(self, chat: Chat, kind: str) -> None:
        if kind != "template" and not chat.window_is_open:
            raise GraphError(
                131047,
                "Message failed to send because more than 24 hours have passed "
                "since the customer last replied to this number.",
            )

    def _content(self, account: Account, chat: Chat, kind: str, content: Any) -> Any:
        if kind in MEDIA:
            self._check_media(kind, content)
        if kind == "reaction":
            found = self._world.message(content["message_id"])
            if found is None or found[0] is not chat:
                raise GraphError(131009, "Param reaction['message_id'] is not the id of a message of this chat.")
        if kind == "template":
            templates = self._world.templates_of(account.waba_id)
            filled = fill_template(find_template(templates, content["name"], content["language"]["code"]), content)
            if filled["media"]:
                self._check_media(filled["media"]["type"], filled["media"])
            return filled
        return content

    def _check_media(self, kind: str, content: Body) -> None:
        if content.get("id"):
            try:
                self._media.get(str(content["id"]))
            except GraphError:
                problem = f"Param {kind}['id'] is not a valid whatsapp business account media attachment ID"
                raise GraphError(100, problem) from None

    def _show(self, chat: Chat, message: ChatMessage) -> None:
        with self._world.lock:
            self._world.add_message(chat, message)
            found = self._world.message(message.content["message_id"]) if message.type == "reaction" else None
            if found:
                found[1].reactions["business"] = message.content["emoji"]
            chat.note("business_sent", type=message.type, wamid=message.wamid, quoted=message.quoted)
