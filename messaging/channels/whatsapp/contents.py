"""What a message holds: one reader per type, each turning the type's own object into something readable.

A reader answers None when the object is not what its type promises; the message is then shown as unsupported.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from .events import Kind, MediaRef
from .interactive import interactive_lines
from .reading import MAX_TEXT, MAX_URL, flag, identifier, items, line, mapping, number, text


@dataclass(frozen=True, slots=True)
class Content:
    kind: Kind
    text: str = ""
    payload: dict[str, Any] = field(default_factory=dict)
    media: MediaRef | None = None


Reader = Callable[[Any], Content | None]


def _text(body: Any) -> Content | None:
    written = mapping(body).get("body") if isinstance(body, dict) else body
    return Content(Kind.TEXT, text(written)) if isinstance(written, str | int | float) else None


def _media(kind: Kind) -> Reader:
    def read(body: Any) -> Content | None:
        found = mapping(body)
        media = media_ref(found)
        spoken = kind is Kind.AUDIO and media.voice
        has_file = media.id or media.url
        return Content(Kind.VOICE if spoken else kind, text(found.get("caption")), media=media) if has_file else None

    return read


def media_ref(body: dict[str, Any]) -> MediaRef:
    url = text(body.get("url") or body.get("link"), MAX_URL + 1).strip()
    return MediaRef(
        id=identifier(body.get("id")),
        mime_type=line(body.get("mime_type")).partition(";")[0].strip().lower(),
        sha256=identifier(body.get("sha256")),
        filename=line(body.get("filename")),
        url=url if len(url) <= MAX_URL else "",
        voice=flag(body.get("voice")),
        animated=flag(body.get("animated")),
    )


def _location(body: Any) -> Content | None:
    found = mapping(body)
    latitude, longitude = number(found.get("latitude")), number(found.get("longitude"))
    named = [line(found.get(key), MAX_TEXT) for key in ("name", "address")]
    point = f"{latitude}, {longitude}" if latitude is not None and longitude is not None else ""
    url = text(found.get("url"), MAX_URL)
    shown = list(filter(None, named)) or list(filter(None, [point or url]))
    payload = {"latitude": latitude, "longitude": longitude, "name": named[0], "address": named[1], "url": url}
    return Content(Kind.LOCATION, "\n".join(shown), payload) if shown else None


def _contacts(body: Any) -> Content | None:
    cards = [mapping(card) for card in items(body) if mapping(card)]
    shared = [card for card in cards if card.get("origin") == "contact_request"]
    payload = {"contacts": cards, "shared_own_number": bool(shared)}
    return Content(Kind.CONTACTS, "\n".join(map(_card_line, cards))[:MAX_TEXT], payload) if cards else None


def _card_line(card: dict[str, Any]) -> str:
    name = mapping(card.get("name"))
    parts = [name.get("first_name"), name.get("last_name")]
    shown = line(name.get("formatted_name")) or line(" ".join(map(line, parts))) or line(card.get("name"))
    phones = [mapping(phone) for phone in items(card.get("phones"))]
    numbers = [line(phone.get("phone")) or line(phone.get("wa_id")) for phone in phones]
    emails = [line(mapping(email).get("email")) for email in items(card.get("emails"))]
    ways = ", ".join(filter(None, [*numbers, *emails]))
    return ": ".join(filter(None, [shown, ways])) or line(card.get("vcard")) or _("Contact")


def _interactive(body: Any) -> Content | None:
    lines, payload = interactive_lines(mapping(body))
    return Content(Kind.INTERACTIVE, "\n".join(filter(None, lines))[:MAX_TEXT], payload) if mapping(body) else None


def _button(body: Any) -> Content | None:
    found = mapping(body)
    shown, hidden = text(found.get("text")), text(found.get("payload"))
    return Content(Kind.BUTTON, shown or hidden, {"text": shown, "payload": hidden}) if shown or hidden else None


def _order(body: Any) -> Content | None:
    found = mapping(body)
    bought = [_order_line(mapping(item)) for item in items(found.get("product_items"))]
    lines = [text(found.get("text")), *bought]
    payload = {key: found.get(key) for key in ("catalog_id", "text", "product_items")}
    return Content(Kind.ORDER, "\n".join(filter(None, lines))[:MAX_TEXT], payload) if found else None


def _order_line(item: dict[str, Any]) -> str:
    price = " ".join(filter(None, [line(item.get("item_price")), line(item.get("currency"))]))
    counted = " × ".join(filter(None, [line(item.get("quantity")), line(item.get("product_retailer_id"))]))
    return ", ".join(filter(None, [counted, price]))


def _template(body: Any) -> Content | None:
    found = mapping(body)
    spoken = [part for part in items(found.get("components")) if mapping(part).get("type") != "button"]
    parameters = [mapping(item) for part in spoken for item in items(mapping(part).get("parameters"))]
    said = [text(parameter.get("text")) for parameter in parameters]
    lines = [line(found.get("name")), *said]
    return Content(Kind.TEMPLATE, "\n".join(filter(None, lines))[:MAX_TEXT], found) if found else None


def _system(body: Any) -> Content | None:
    found = mapping(body)
    shown = text(found.get("body")) or line(found.get("type")).replace("_", " ")
    return Content(Kind.SYSTEM, shown, found) if found else None


def _request_welcome(body: Any) -> Content | None:
    return Content(Kind.SYSTEM, _("Opened the chat for the first time."), {"type": "request_welcome"})


def _media_placeholder(body: Any) -> Content | None:
    return Content(Kind.UNSUPPORTED, _("A file from before this number was connected."), {"type": "media_placeholder"})


def _unsupported(body: Any) -> Content | None:
    return unsupported(line(mapping(body).get("type")))


def unsupported(name: str) -> Content:
    """What the provider or we cannot show, with the name of its type where there is one."""
    shown = _("Unsupported message: %(type)s") % {"type": name} if name else _("Unsupported message")
    return Content(Kind.UNSUPPORTED, shown, {"type": name})


# Every type of message that is shown. Reactions, edits, deletions and changed numbers act on others: see acts.py.
CONTENTS: dict[str, Reader] = {
    "text": _text,
    "image": _media(Kind.IMAGE),
    "video": _media(Kind.VIDEO),
    "audio": _media(Kind.AUDIO),
    "voice": _media(Kind.VOICE),
    "document": _media(Kind.DOCUMENT),
    "sticker": _media(Kind.STICKER),
    "location": _location,
    "contacts": _contacts,
    "interactive": _interactive,
    "button": _button,
    "order": _order,
    "template": _template,
    "system": _system,
    "request_welcome": _request_welcome,
    "media_placeholder": _media_placeholder,
    "unsupported": _unsupported,
    "unknown": _unsupported,
}
WITHOUT_OBJECT = frozenset({"request_welcome", "media_placeholder", "unsupported", "unknown"})
