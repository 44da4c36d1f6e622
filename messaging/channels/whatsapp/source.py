"""Where an item came from, and how a list is read so that one bad item does not take the others with it."""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypedDict

from .events import Event, Party, Unhandled
from .people import Contacts, party
from .reading import identifier, items, moment

logger = logging.getLogger(__name__)


class NotUnderstood(Exception):
    """An item cannot become an event. Carries the reason as a sentence."""


class Stamp(TypedDict):
    phone_number_id: str
    waba_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What the items of one list share."""

    phone_number_id: str = ""
    waba_id: str = ""
    own_phone: str | None = None
    contacts: Contacts = Contacts()
    is_single: bool = False  # one item in its list: then a single contact is its person
    backfill: bool = False
    received_at: datetime | None = None

    @property
    def stamp(self) -> Stamp:
        return {"phone_number_id": self.phone_number_id, "waba_id": self.waba_id}

    def party(self, item: dict[str, Any], keys: tuple[str, ...]) -> Party:
        """The person an item names, with what the contacts beside it add."""
        named = party(item, keys)
        found = self.contacts.describe(named, is_alone=self.is_single or not named.is_known)
        if found.is_known:
            return found
        return replace(found, user_id=identifier(item.get(keys[0])) or None)  # some versions put the user id there

    def moment(self, value: Any) -> datetime | None:
        return moment(value, self.received_at)


Reader = Callable[[Source, dict[str, Any]], Iterable[Event]]


def read_list(source: Source, found: Any, reader: Reader, where: str) -> Iterator[Event]:
    """The events of every item of a list (or of the one object that was sent without its list)."""
    if found is not None and not isinstance(found, list | dict):
        yield Unhandled(reason="It is not a list.", where=where, **source.stamp)
    for position, item in enumerate(items(found)):
        yield from _read(source, item, reader, f"{where}[{position}]")


def _read(source: Source, item: Any, reader: Reader, where: str) -> list[Event]:
    try:
        if not isinstance(item, dict):
            raise NotUnderstood("It is not an object.")
        return [_located(event, where) for event in reader(source, item)]
    except NotUnderstood as refusal:
        return [Unhandled(reason=str(refusal), where=where, **source.stamp)]
    except Exception as error:  # a mistake of ours in one reader must not lose the rest of the batch
        logger.exception("Reading %s of a WhatsApp webhook failed", where)
        return [Unhandled(reason=f"Reading it failed: {type(error).__name__}.", where=where, **source.stamp)]


def _located(event: Event, where: str) -> Event:
    if not isinstance(event, Unhandled):
        return event
    return replace(event, where=".".join(filter(None, [where, event.where])))
