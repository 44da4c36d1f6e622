"""Who is meant: puts a `Party` together from an item and the contacts beside it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from .events import Party
from .phones import e164, same_phone
from .reading import identifier, line, mapping

WRITER = ("from", "from_user_id", "from_parent_user_id")
ADDRESSEE = ("to", "to_user_id", "to_parent_user_id")
PLAIN = ("wa_id", "user_id", "parent_user_id")


@dataclass(frozen=True, slots=True)
class Contacts:
    """The contacts of one value. They are matched by id, never by position (their order is not promised)."""

    parties: tuple[Party, ...] = ()

    @classmethod
    def of(cls, found: Iterable[Any]) -> "Contacts":
        parties = [_contact(mapping(contact)) for contact in found]
        return cls(tuple(party for party in parties if party.is_known or party.profile_name or party.username))

    def describe(self, party: Party, *, is_alone: bool) -> Party:
        """``party`` with what its contact adds.

        ``is_alone``: all items beside are of one person, so a single contact is that person even when the ids differ
        (Meta: a user's id and phone number may not always match).
        """
        contact = next((known for known in self.parties if _same(known, party)), None)
        if contact is None and is_alone and len(self.parties) == 1:
            contact = self.parties[0]
        return _joined(party, contact) if contact else party


def party(item: dict[str, Any], keys: tuple[str, ...]) -> Party:
    """The person that ``item`` names under ``keys``: phone, user id, then spellings of the parent's id."""
    phone_key, user_key, *parent_keys = keys
    parents = (identifier(item.get(key)) for key in parent_keys)
    return Party(
        phone=e164(identifier(item.get(phone_key))),
        user_id=identifier(item.get(user_key)) or None,
        parent_user_id=next(filter(None, parents), None),
        profile_name=line(item.get("profile_name")),
        username=username(item.get("username")),
    )


def username(value: Any) -> str:
    return line(value).removeprefix("@")


def _contact(contact: dict[str, Any]) -> Party:
    profile = mapping(contact.get("profile"))
    found = party(contact, PLAIN)
    name, handle = line(profile.get("name")), username(profile.get("username"))
    return replace(found, profile_name=name or found.profile_name, username=handle or found.username)


def _same(one: Party, other: Party) -> bool:
    return bool(one.user_id and one.user_id == other.user_id) or same_phone(one.phone, other.phone)


def _joined(party: Party, contact: Party) -> Party:
    return Party(
        phone=party.phone or contact.phone,
        user_id=party.user_id or contact.user_id,
        parent_user_id=party.parent_user_id or contact.parent_user_id,
        profile_name=party.profile_name or contact.profile_name,
        username=party.username or contact.username,
    )
