"""What changed about people: marketing preferences, user ids, calls, the business's own address book."""

from collections.abc import Iterator
from typing import Any

from .events import Call, ContactSynced, Event, Party, Preference, UserIdChanged
from .people import ADDRESSEE, PLAIN, WRITER
from .reading import identifier, line, made_id, mapping, text
from .source import NotUnderstood, Source

_OPTED_OUT = {"stop": True, "stopped": True, "resume": False, "resumed": False, "signup": False}
_IN_BOOK = ("phone_number", "user_id", "parent_user_id")


def preference(source: Source, item: dict[str, Any]) -> Iterator[Event]:
    """One of `user_preferences[]`: the person stopped or resumed marketing."""
    found, chosen = source.party(item, PLAIN), line(item.get("value")).lower()
    if not found.is_known or chosen not in _OPTED_OUT:
        raise NotUnderstood("The preference does not say whose it is, or what was chosen.")
    yield Preference(
        party=found,
        opted_out=_OPTED_OUT[chosen],
        category=line(item.get("category")) or "marketing_messages",
        text=line(item.get("detail")),
        provider_time=source.moment(item.get("timestamp")),
        **source.stamp,
    )


def user_id_update(source: Source, item: dict[str, Any]) -> Iterator[Event]:
    """One of `user_id_update[]`: the provider gave the person a new user id."""
    ids = item.get("user_id")
    current = identifier(mapping(ids).get("current") if isinstance(ids, dict) else ids)
    if not current:
        raise NotUnderstood("The update names no new user id.")
    yield UserIdChanged(
        external_id=identifier(item.get("id")) or made_id("user_id_update", source.phone_number_id, item),
        phone=source.party({"wa_id": item.get("wa_id")}, PLAIN).phone,
        previous=identifier(mapping(ids).get("previous")) or None,
        current=current,
        text=text(item.get("detail")),
        provider_time=source.moment(item.get("timestamp")),
        **source.stamp,
    )


def call(source: Source, item: dict[str, Any]) -> Iterator[Event]:
    """One of `calls[]`: somebody called or hung up."""
    direction = line(item.get("direction")).upper()
    writer = source.party(item, WRITER)
    from_customer = direction == "USER_INITIATED" or (not direction and writer.phone != source.own_phone)
    party = writer if from_customer else source.party(item, ADDRESSEE)
    if not party.is_known:
        raise NotUnderstood("The call names no customer.")
    yield Call(
        external_id=identifier(item.get("id")) or made_id("call", source.phone_number_id, item),
        party=party,
        from_customer=from_customer,
        event=line(item.get("event")).lower(),
        provider_time=source.moment(item.get("timestamp")),
        **source.stamp,
    )


def contact_synced(source: Source, item: dict[str, Any]) -> Iterator[Event]:
    """One of `state_sync[]`: the address book of the business's own phone."""
    contact = mapping(item.get("contact"))
    found: Party = source.party(contact, _IN_BOOK)
    if not found.is_known:
        raise NotUnderstood("The address book entry names nobody.")
    yield ContactSynced(
        party=found,
        name=line(contact.get("full_name")) or line(contact.get("first_name")),
        is_removed=line(item.get("action")).lower() == "remove",
        provider_time=source.moment(mapping(item.get("metadata")).get("timestamp")),
        **source.stamp,
    )
