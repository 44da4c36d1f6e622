"""Bodies for `POST /{phone_number_id}/messages`. Source: Meta, WhatsApp Cloud API, sending messages.

Lengths are checked where people write (a sentence for them); here a breach is a mistake of ours and an assertion.
"""

from dataclasses import dataclass
from typing import Any

from . import limits
from .events import Kind

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """To whom, in answer to what, and our own mark.

    ``phone`` (E.164 with plus: without it Meta prepends the business's own country code) is preferred; ``user_id`` is
    for people whose phone we do not know. ``callback_id`` comes back in every status of the message.
    """

    phone: str | None = None
    user_id: str | None = None
    quoted_id: str = ""
    callback_id: str = ""

    def around(self, kind: str, body: Payload, *, with_quote: bool = True) -> Payload:
        assert self.phone or self.user_id, "a message needs an address"
        assert not self.phone or self.phone.startswith("+"), "a phone is sent with its plus"
        assert len(self.callback_id) <= limits.MAX_CALLBACK, "Meta takes 512 characters"
        address = {"to": self.phone} if self.phone else {"recipient": self.user_id}
        payload: Payload = {"messaging_product": "whatsapp", "recipient_type": "individual", **address}
        if self.quoted_id and with_quote:
            payload["context"] = {"message_id": self.quoted_id}
        if self.callback_id:
            payload["biz_opaque_callback_data"] = self.callback_id
        return payload | {"type": kind, kind: body}


def text(envelope: Envelope, body: str, *, preview_url: bool = False) -> Payload:
    assert 0 < len(body) <= limits.MAX_TEXT, "text has 1 to 4096 characters"
    return envelope.around("text", {"body": body, "preview_url": preview_url})


def media(envelope: Envelope, kind: Kind, media_id: str, *, caption: str = "", filename: str = "") -> Payload:
    """A file that was uploaded. Sound and stickers carry no caption: send it as a text of its own."""
    assert len(caption) <= limits.MAX_CAPTION, "a caption has at most 1024 characters"
    silent = kind in {Kind.AUDIO, Kind.VOICE, Kind.STICKER}
    assert not (silent and caption), "sound and stickers carry no caption"
    body: Payload = {"id": media_id}
    if caption:
        body["caption"] = caption
    if filename and kind is Kind.DOCUMENT:
        body["filename"] = filename
    if kind is Kind.VOICE:
        body["voice"] = True
    return envelope.around("audio" if kind is Kind.VOICE else str(kind), body)


def reaction(envelope: Envelope, target_id: str, emoji: str) -> Payload:
    """An emoji on a message of the customer (at most 30 days old); an empty one takes it back. Quotes nothing."""
    return envelope.around("reaction", {"message_id": target_id, "emoji": emoji}, with_quote=False)


def reply_buttons(envelope: Envelope, body: str, buttons: list[tuple[str, str]]) -> Payload:
    """Up to three buttons, each an id that comes back and a title."""
    assert 0 < len(body) <= limits.MAX_INTERACTIVE_BODY, "the body has 1 to 1024 characters"
    assert 0 < len(buttons) <= limits.MAX_BUTTONS, "one to three buttons"
    assert all(0 < len(title) <= limits.MAX_BUTTON_TITLE for _id, title in buttons), "a title has 1 to 20 characters"
    assert all(0 < len(id_) <= limits.MAX_BUTTON_ID for id_, _title in buttons), "an id has 1 to 256 characters"
    replies = [{"type": "reply", "reply": {"id": id_, "title": title}} for id_, title in buttons]
    return envelope.around("interactive", {"type": "button", "body": {"text": body}, "action": {"buttons": replies}})


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value for a template's placeholder; ``name`` for templates with named parameters."""

    text: str
    name: str = ""

    def as_payload(self) -> Payload:
        named = {"parameter_name": self.name} if self.name else {}
        return {"type": "text", **named, "text": self.text}


@dataclass(frozen=True, slots=True)
class HeaderMedia:
    """A template's header: ``kind`` is image, video or document."""

    kind: Kind
    media_id: str
    filename: str = ""

    def as_payload(self) -> Payload:
        named = {"filename": self.filename} if self.filename and self.kind is Kind.DOCUMENT else {}
        return {"type": str(self.kind), str(self.kind): {"id": self.media_id, **named}}


@dataclass(frozen=True, slots=True)
class ButtonParameter:
    """A value for the button at ``index``: the end of a `url`, or the hidden payload of a `quick_reply`."""

    index: int
    sub_type: str
    value: str

    def as_payload(self) -> Payload:
        shape = {"url": "text", "quick_reply": "payload", "copy_code": "coupon_code"}[self.sub_type]
        value = {"type": shape, shape: self.value}
        return {"type": "button", "sub_type": self.sub_type, "index": str(self.index), "parameters": [value]}


def template(
    envelope: Envelope,
    name: str,
    language: str,
    *,
    header: Parameter | HeaderMedia | None = None,
    body: tuple[Parameter, ...] = (),
    buttons: tuple[ButtonParameter, ...] = (),
) -> Payload:
    """An approved template. It shows no quote, so none is sent."""
    components = [{"type": "header", "parameters": [header.as_payload()]}] if header else []
    if body:
        components.append({"type": "body", "parameters": [parameter.as_payload() for parameter in body]})
    components += [button.as_payload() for button in buttons]
    content: Payload = {"name": name, "language": {"code": language}}
    return envelope.around("template", content | ({"components": components} if components else {}), with_quote=False)


def mark_read(message_id: str, *, typing: bool = False) -> Payload:
    """The read receipt for a message and all before it; ``typing`` also shows that somebody writes, for 25 s."""
    typed: Payload = {"typing_indicator": {"type": "text"}} if typing else {}
    return {"messaging_product": "whatsapp", "status": "read", "message_id": message_id, **typed}
