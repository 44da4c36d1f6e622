"""Messages that act on others instead of standing in the thread: reactions, edits, deletions, changed identities."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypedDict

from .contents import CONTENTS, Content
from .events import Edit, Event, NumberChanged, Party, Reaction, Revoke, UserIdChanged
from .phones import e164
from .reading import identifier, line, made_id, mapping, text
from .source import NotUnderstood, Source

_LONGEST_EMOJI = 64
_LONGEST_ENDING = 600
# The end of Meta's sentence. Only the end: the person's own profile name stands before it and could say anything.
_FROM_TO = re.compile(r"from (\S{1,255}) to (\S{1,255}?)\.?\s*$")


@dataclass(frozen=True, slots=True)
class Item:
    """One message; ``party`` is the customer, whichever way it went."""

    source: Source
    message: dict[str, Any]
    party: Party
    is_echo: bool

    @property
    def external_id(self) -> str:
        written = identifier(self.message.get("id"))
        return written or made_id("message", self.source.phone_number_id, self.message)

    @property
    def provider_time(self) -> datetime | None:
        return self.source.moment(self.message.get("timestamp"))

    @property
    def group_id(self) -> str:
        return identifier(self.message.get("group_id"))


class _Act(TypedDict):
    phone_number_id: str
    waba_id: str
    external_id: str
    target_id: str
    party: Party
    is_echo: bool
    provider_time: datetime | None
    group_id: str
    backfill: bool


def _act(item: Item, body: dict[str, Any]) -> _Act:
    named = (identifier(body.get(key)) for key in ("original_message_id", "message_id"))
    target_id = next(filter(None, named), "")
    if not target_id:
        raise NotUnderstood("It names no message to act on.")
    return {
        **item.source.stamp,
        "external_id": item.external_id,
        "target_id": target_id,
        "party": item.party,
        "is_echo": item.is_echo,
        "provider_time": item.provider_time,
        "group_id": item.group_id,
        "backfill": item.source.backfill,
    }


def _reaction(item: Item) -> Event:
    body = mapping(item.message.get("reaction"))
    return Reaction(emoji=line(body.get("emoji"), _LONGEST_EMOJI), **_act(item, body))


def _edit(item: Item) -> Event:
    body = mapping(item.message.get("edit"))
    now = _edited(mapping(body.get("message")) or body)
    return Edit(kind=now.kind, text=now.text, payload=now.payload, media=now.media, **_act(item, body))


def _edited(inner: dict[str, Any]) -> Content:
    named = line(inner.get("type")).lower()
    kind = named if named in inner else next((known for known in CONTENTS if known in inner), named)
    content = CONTENTS[kind](inner.get(kind)) if kind in CONTENTS else None
    if content is None:
        raise NotUnderstood("The edit does not say what the message now reads.")
    return content


def _revoke(item: Item) -> Event:
    return Revoke(**_act(item, mapping(item.message.get("revoke"))))


def _system(item: Item) -> Event | None:
    """A changed number or user id; None for every other notice, which is then shown as it is."""
    body = mapping(item.message.get("system"))
    named = line(body.get("type"))
    if "identity_changed" in named:
        return None
    new_phone = e164(identifier(body.get("wa_id") or body.get("new_wa_id")))
    new_user_id = identifier(body.get("user_id")) or None
    old = _who_it_was(item.party, body, new_phone, new_user_id)
    if new_phone and (old.phone or "user_id" not in named):
        return _number_changed(item, old, new_phone, new_user_id)
    if new_user_id:
        return _user_id_changed(item, replace(old, phone=old.phone or new_phone), new_user_id)
    return None


def _who_it_was(sender: Party, body: dict[str, Any], new_phone: str | None, new_user_id: str | None) -> Party:
    """The identity before the change: some versions already write the new one as the sender."""
    said = _FROM_TO.search(text(body.get("body"))[-_LONGEST_ENDING:])
    before, after = said.groups() if said else ("", "")
    phones = [e164(identifier(body.get("customer"))), sender.phone, e164(before) if e164(after) == new_phone else None]
    user_ids = [sender.user_id, before if after == new_user_id else None]
    return replace(
        sender,
        phone=next((phone for phone in phones if phone and phone != new_phone), None),
        user_id=next((user_id for user_id in user_ids if user_id and user_id != new_user_id), None),
    )


def _number_changed(item: Item, old: Party, phone: str, user_id: str | None) -> Event:
    if not old.is_known:
        raise NotUnderstood("The changed number does not say whose it was.")
    return NumberChanged(
        external_id=item.external_id,
        old=old,
        new_phone=phone,
        new_user_id=user_id,
        text=text(mapping(item.message.get("system")).get("body")),
        provider_time=item.provider_time,
        **item.source.stamp,
    )


def _user_id_changed(item: Item, old: Party, current: str) -> Event:
    return UserIdChanged(
        external_id=item.external_id,
        phone=old.phone,
        previous=old.user_id,
        current=current,
        text=text(mapping(item.message.get("system")).get("body")),
        provider_time=item.provider_time,
        **item.source.stamp,
    )


ACTS: dict[str, Callable[[Item], Event | None]] = {
    "reaction": _reaction,
    "edit": _edit,
    "revoke": _revoke,
    "system": _system,
}
