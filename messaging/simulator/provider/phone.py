"""A customer's phone: what a person can do with it, and what the product then hears."""

from typing import Any

from . import samples
from .chats import digits
from .chatting import Chatting, filled
from .errors import GraphError


class Phone(Chatting):
    """One customer in one chat; every `sends_…` answers the id of the message."""

    def sends_text(self, body: str, **how: Any) -> str:
        """Plain words."""
        return self.sends("text", {"body": body}, **how)

    def sends_image(self, content: bytes = b"", *, mime_type: str = "image/jpeg", caption: str = "", **how: Any) -> str:
        """A picture."""
        return self.sends_file("image", content or samples.picture(), mime_type, {"caption": caption}, **how)

    def sends_video(self, content: bytes = b"", *, mime_type: str = "video/mp4", caption: str = "", **how: Any) -> str:
        """A film."""
        return self.sends_file("video", content or samples.video(), mime_type, {"caption": caption}, **how)

    def sends_audio(self, content: bytes = b"", *, mime_type: str = "audio/mpeg", **how: Any) -> str:
        """A sound file."""
        return self.sends_file("audio", content or samples.voice(), mime_type, {"voice": False}, **how)

    def sends_voice(self, content: bytes = b"", *, mime_type: str = "audio/ogg; codecs=opus", **how: Any) -> str:
        """A voice note."""
        return self.sends_file("audio", content or samples.voice(), mime_type, {"voice": True}, **how)

    def sends_document(
        self,
        content: bytes = b"",
        *,
        filename: str = "receipt.pdf",
        mime_type: str = "application/pdf",
        caption: str = "",
        **how: Any,
    ) -> str:
        """A file with a name."""
        told = {"filename": filename, "caption": caption}
        return self.sends_file("document", content or samples.pdf(), mime_type, told, **how)

    def sends_sticker(self, content: bytes = b"", **how: Any) -> str:
        """A sticker."""
        return self.sends_file("sticker", content or samples.sticker(), "image/webp", {"animated": False}, **how)

    def sends_location(
        self, latitude: float = -6.9147, longitude: float = 107.6098, name: str = "", address: str = "", **how: Any
    ) -> str:
        """A place."""
        place = {"latitude": latitude, "longitude": longitude, "name": name, "address": address}
        return self.sends("location", filled(place), **how)

    def sends_contacts(self, name: str, phone: str, **how: Any) -> str:
        """Somebody's card."""
        number = {"phone": phone, "type": "CELL", "wa_id": digits(phone)}
        card = {"name": {"formatted_name": name, "first_name": name}, "phones": [number]}
        return self.sends("contacts", [card], **how)

    def presses(self, wamid: str, title: str) -> str:
        """A quick reply of a template, or a reply button of an interactive message."""
        message = self.seen(wamid)
        if message.type == "template":
            for button in message.content["buttons"]:
                if button["text"] == title:
                    return self.sends("button", {"text": title, "payload": button["payload"]}, quotes=wamid)
        for button in message.content.get("action", {}).get("buttons", ()):
            if button["reply"]["title"] == title:
                reply = {"id": button["reply"]["id"], "title": title}
                return self.sends("interactive", {"type": "button_reply", "button_reply": reply}, quotes=wamid)
        raise GraphError(100, f"The message has no button {title!r}.")

    def picks(self, wamid: str, row_id: str) -> str:
        """A row of a list."""
        for section in self.seen(wamid).content.get("action", {}).get("sections", ()):
            for row in section["rows"]:
                if row["id"] == row_id:
                    reply = filled({key: row.get(key, "") for key in ("id", "title", "description")})
                    return self.sends("interactive", {"type": "list_reply", "list_reply": reply}, quotes=wamid)
        raise GraphError(100, f"The list has no row {row_id!r}.")

    def reacts(self, wamid: str, emoji: str, **how: Any) -> str:
        """A reaction; without an emoji it takes the last one back."""
        message = self.seen(wamid)
        message.reactions["customer"] = emoji
        told = {"message_id": wamid, **filled({"emoji": emoji})}
        return self.sends("reaction", told, **how)

    def edits(self, wamid: str, body: str) -> str:
        """Other words for a text (or caption) that the customer sent."""
        message = self.seen(wamid, side="customer")
        field = "body" if message.type == "text" else "caption"
        message.content, message.edited = {**message.content, field: body}, True
        inner = {"type": message.type, message.type: message.content}
        return self.sends("edit", {"original_message_id": wamid, "message": inner})

    def deletes(self, wamid: str) -> str:
        """Take a message back for everyone."""
        self.seen(wamid, side="customer").deleted = True
        return self.sends("revoke", {"original_message_id": wamid})

    def changes_number(self, phone: str) -> str:
        """Move to another number; the product hears a system message from the old one."""
        person, wa_id = self.chat.customer, digits(phone)
        words = f"User {person.name} changed from {person.wa_id} to {wa_id}"
        system = {"body": words, "wa_id": wa_id, "type": "user_changed_number"}
        wamid = self.sends("system", system, with_contact=False)
        self._core.world.renumber(person, wa_id)
        return wamid

    def reads(self, wamid: str = "") -> list[str]:
        """Look at the chat: what was delivered (up to one message) becomes read."""
        return self._core.statuses.read(self.chat, wamid)

    def plays(self, wamid: str) -> None:
        """Listen to a voice note."""
        self._core.statuses.reach(self.chat, self.seen(wamid, side="business"), "played")

    def goes_offline(self) -> None:
        """No net: nothing is delivered until the phone is back."""
        self._core.statuses.online(self.chat, is_online=False)

    def comes_online(self) -> None:
        """Back on the net: what waited is delivered."""
        self._core.statuses.online(self.chat, is_online=True)

    def jumps(self, hours: float = 25) -> None:
        """Let the window of this chat be that much older."""
        with self._core.world.lock:
            self.chat.window_from -= hours * 3600
            self.chat.note("time_jumped", hours=hours, is_open=self.chat.window_is_open)
