"""One phone on the page: whose it is, which channel it writes to, and all that is drawn."""

import hashlib
import json
import time
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from helpdesk.accounts.tenancy import system_scope
from helpdesk.errors import RuleViolation
from messaging.models import Channel
from messaging.simulator.client import SimulatedPhone, Simulator
from messaging.simulator.directory import simulated_channels
from messaging.simulator.facts import ProductFacts, facts_about
from messaging.simulator.happenings import Happening, happenings_of
from messaging.simulator.screen import Bubble, bubbles_of, words_of
from messaging.simulator.trouble import troubles_in_force


@dataclass(frozen=True)
class Person:
    """A customer in the list; `key` is the number or user id that the stand-in knows."""

    key: str
    name: str
    about: str
    last_kind: str


class Scene:
    """What the page shows; it asks the stand-in and the product only for what is used."""

    def __init__(self, channel: str, phone: str) -> None:
        self.simulator = Simulator()
        with system_scope("the phone page lists the simulated channels"):
            self.channels = simulated_channels()
        self.channel = next((each for each in self.channels if each.public_id == channel), None)
        if channel and self.channel is None:
            raise RuleViolation(_("This channel does not send through the simulator."))
        if not channel and self.channels:
            self.channel = self.channels[0]
        self._wanted = phone

    @property
    def used_channel(self) -> Channel:
        """The channel, where there must be one."""
        if self.channel is None:
            raise RuleViolation(_("No channel sends through the simulator yet."))
        return self.channel

    @cached_property
    def people(self) -> list[Person]:
        """The channel's customers, latest first."""
        if self.channel is None:
            return []
        return [_person(told) for told in self.simulator.customers(self.channel.phone_number_id)]

    @property
    def phone(self) -> str:
        """Whose phone it is; empty when nobody is there yet."""
        return self._wanted or (self.people[0].key if self.people else "")

    @property
    def device(self) -> SimulatedPhone:
        """The phone, to act with."""
        return self.simulator.phone(self.used_channel.phone_number_id, self.phone)

    @cached_property
    def chat(self) -> dict[str, Any]:
        """The chat as the stand-in keeps it."""
        return self.device.chat()

    @cached_property
    def person(self) -> Person | None:
        """The customer."""
        return _person(self.chat) if self.channel and self.phone else None

    @cached_property
    def facts(self) -> ProductFacts:
        """What the product knows of the customer's messages."""
        if self.channel is None or not self.phone:
            return ProductFacts()
        mine = [message["wamid"] for message in self.chat["messages"] if message["side"] == "customer"]
        return facts_about(self.channel, phone=self.phone, wamids=mine[-20:])

    @property
    def bubbles(self) -> list[Bubble]:
        return bubbles_of(self.chat)

    @property
    def happenings(self) -> list[Happening]:
        return happenings_of(self.chat, self.facts)

    @property
    def is_typing(self) -> bool:
        """Whether the help desk is writing."""
        return bool(self.chat["typing_until"] > time.time())

    @cached_property
    def troubles(self) -> list[str]:
        """What is about to go wrong."""
        return troubles_in_force(self.simulator, self.used_channel.phone_number_id, self.phone)

    @cached_property
    def version(self) -> str:
        """Changes with everything that is drawn."""
        if self.person is None:
            return ""
        drawn = [self.chat, self.is_typing, asdict(self.facts), self.troubles]
        return hashlib.sha256(json.dumps(drawn, default=str).encode()).hexdigest()[:16]


def _person(told: dict[str, Any]) -> Person:
    known = told["customer"]
    last = told["last"]
    about = known["about"] or (words_of(last) if last else "")
    return Person(known["wa_id"] or known["user_id"], known["name"], about, last["type"] if last else "")
