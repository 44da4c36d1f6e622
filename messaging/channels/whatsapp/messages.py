"""Messages in both directions: finds a message's type, its reader, and the envelope around it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, TypedDict

from .acts import ACTS, Item
from .contents import CONTENTS, WITHOUT_OBJECT, Content, unsupported
from .events import DeliveryStatus, Echo, Event, InboundMessage, Kind, MediaRef, ProviderError, Unhandled
from .people import ADDRESSEE, WRITER
from .problems import provider_errors
from .reading import flag, identifier, line, mapping, text
from .source import NotUnderstood, Source

_JUST_UNSUPPORTED = frozenset({None, 131051})  # codes that say nothing beyond "unsupported"
_HISTORY_STATUS = {"error": DeliveryStatus.FAILED} | {str(status): status for status in DeliveryStatus}


def inbound(source: Source, message: dict[str, Any]) -> Iterator[Event]:
    """One of `messages[]`; in a history also what the business wrote."""
    sender = source.party(message, WRITER)
    if source.backfill and (message.get("to") or (sender.phone and sender.phone == source.own_phone)):
        return echo(source, message)
    return _events(Item(source, message, sender, is_echo=False))


def echo(source: Source, message: dict[str, Any]) -> Iterator[Event]:
    """One of `message_echoes[]`: written on the business's own phone."""
    return _events(Item(source, message, source.party(message, ADDRESSEE), is_echo=True))


def type_of(message: dict[str, Any]) -> str:
    """The type it names, or the type of the object it holds when that one is absent or not named."""
    named = line(message.get("type")).lower()
    if named in message or named in WITHOUT_OBJECT:
        return named
    return next((known for known in (*CONTENTS, *ACTS) if known in message), named)


def _events(item: Item) -> Iterator[Event]:
    kind = type_of(item.message)
    if (act := ACTS.get(kind)) and (event := act(item)):
        yield event
        return
    if not kind:
        raise NotUnderstood("The message has no type.")
    content, doubt = _content(item, kind)
    yield _shown(item, content)
    if doubt:
        yield Unhandled(reason=doubt, **item.source.stamp)


def _content(item: Item, kind: str) -> tuple[Content, str]:
    """What to show, and why that may not be all of it."""
    reader, body = CONTENTS.get(kind), item.message.get(kind)
    content = reader(body) if reader else None
    errors = provider_errors(item.message.get("errors"))
    if content:
        return (_explained(content, errors) if content.kind is Kind.UNSUPPORTED else content), ""
    caption = text(mapping(body).get("caption"))
    shown = replace(unsupported(kind), payload={"type": kind, "message": item.message})
    shown = replace(shown, text=caption) if caption else _explained(shown, errors)
    if not reader:
        return shown, f"The message type {kind!r} is not one we know."
    return shown, f"The {kind} of the message is not what its type promises." if body is not None else ""


def _explained(content: Content, errors: tuple[ProviderError, ...]) -> Content:
    telling = [error.text for error in errors if error.code not in _JUST_UNSUPPORTED and error.text]
    return replace(content, text=f"{content.text} ({telling[0]})") if telling else content


class _Envelope(TypedDict):
    """The fields that both directions take from the message around its content."""

    phone_number_id: str
    waba_id: str
    external_id: str
    kind: Kind
    text: str
    payload: dict[str, Any]
    media: MediaRef | None
    quoted_id: str
    forwarded: bool
    referral: dict[str, Any] | None
    errors: tuple[ProviderError, ...]
    provider_time: datetime | None
    group_id: str
    backfill: bool


def _shown(item: Item, content: Content) -> Event:
    if not item.is_echo:
        if not item.party.is_known:
            raise NotUnderstood("The message names no sender.")
        return InboundMessage(sender=item.party, **_envelope(item, content))
    if not item.party.is_known:
        raise NotUnderstood("The echo names no recipient.")
    status = line(mapping(item.message.get("history_context")).get("status")).lower()
    return Echo(recipient=item.party, status=_HISTORY_STATUS.get(status), **_envelope(item, content))


def _envelope(item: Item, content: Content) -> _Envelope:
    message, context = item.message, mapping(item.message.get("context"))
    own_id = item.external_id
    quoted_id = identifier(context.get("id") or context.get("message_id"))
    more = {key: context[key] for key in ("referred_product",) if mapping(context.get(key))}
    return {
        **item.source.stamp,
        "external_id": own_id,
        "kind": content.kind,
        "text": content.text,
        "payload": content.payload | more,
        "media": content.media,
        "quoted_id": quoted_id if quoted_id != own_id else "",
        "forwarded": flag(context.get("forwarded")) or flag(context.get("frequently_forwarded")),
        "referral": mapping(message.get("referral")) or None,
        "errors": provider_errors(message.get("errors")),
        "provider_time": item.provider_time,
        "group_id": item.group_id,
        "backfill": item.source.backfill,
    }
