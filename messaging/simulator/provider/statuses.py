"""Lets accepted messages become sent, delivered, read or failed, and tells the product."""

import time
from dataclasses import dataclass
from functools import partial

from .chats import Chat, ChatMessage
from .faults import STATUS_KINDS, FaultScript
from .outbox import Outbox
from .payloads import status_value
from .timers import Timers
from .world import World

RANK = {"accepted": 0, "sent": 1, "failed": 2, "delivered": 3, "read": 4, "played": 5}


@dataclass(frozen=True)
class Timing:
    """Seconds from acceptance to each state; without `auto_read` only the phone page reads."""

    sent: float = 0.0
    delivered: float = 0.0
    read: float = 0.0
    auto_read: bool = False


class Statuses:
    """Moves messages of the business forward, never back."""

    def __init__(self, world: World, outbox: Outbox, timers: Timers, faults: FaultScript, timing: Timing) -> None:
        self._world, self._outbox, self._timers, self._faults = world, outbox, timers, faults
        self.timing = timing

    def begin(self, chat: Chat, message: ChatMessage) -> None:
        """Schedule what becomes of a message that was just accepted."""
        person = chat.customer
        fault = self._faults.take(STATUS_KINDS, phone_number_id=chat.phone_number_id, to=person.key)
        if fault:
            message.fate = "silent" if fault.kind == "silence" else "fails"
            message.failure = fault.code if fault.kind == "failed_status" else 0
            chat.note("fault", fault=fault.kind, wamid=message.wamid)
        if message.fate == "silent":
            return
        if message.fate != "fails" or (fault and fault.after_sent):
            self._timers.after(self.timing.sent, partial(self.reach, chat, message, "sent"))
        if message.fate == "fails":
            self._timers.after(self.timing.delivered, partial(self.reach, chat, message, "failed"))
        elif message.type != "reaction":
            self._timers.after(self.timing.delivered, partial(self._arrive, chat, message))

    def reach(self, chat: Chat, message: ChatMessage, status: str) -> None:
        """Enter a state, unless a later one is reached already."""
        with self._world.lock:
            if RANK[status] <= RANK[message.status] or message.status == "failed":
                return
            message.status = status
            message.marks[status] = time.time()
            chat.note(status, wamid=message.wamid, code=message.failure, seconds=round(time.time() - message.at, 2))
            account = self._world.account(chat.phone_number_id)
            value = status_value(account, chat.customer, message, status)
        self._outbox.emit(account, value)

    def online(self, chat: Chat, *, is_online: bool) -> None:
        """Take the phone off the net, or back: what waited for it is delivered then."""
        with self._world.lock:
            chat.customer.online = is_online
            chat.note("online" if is_online else "offline")
            waiting = self._of_business(chat, "accepted", "sent") if is_online else []
        for message in waiting:
            self._arrive(chat, message)

    def read(self, chat: Chat, wamid: str = "") -> list[str]:
        """The customer looks at the chat (or plays or reads up to one message); the answer says what was read."""
        with self._world.lock:
            unread = self._of_business(chat, "accepted", "sent", "delivered") if chat.customer.online else []
        if wamid:
            known = [message.wamid for message in unread]
            unread = unread[: known.index(wamid) + 1] if wamid in known else []
        for message in unread:
            self.reach(chat, message, "read")
        return [message.wamid for message in unread]

    def resume(self) -> None:
        """Take up the messages that an earlier run had accepted and not finished."""
        with self._world.lock:
            chats = list(self._world.chats.values())
        for chat in chats:
            for message in self._of_business(chat, "accepted"):
                self.begin(chat, message)

    def _arrive(self, chat: Chat, message: ChatMessage) -> None:
        if not chat.customer.online:
            return
        self.reach(chat, message, "delivered")
        reads = chat.customer.auto_read
        if self.timing.auto_read if reads is None else reads:
            wait = max(0.0, self.timing.read - self.timing.delivered)
            self._timers.after(wait, partial(self.reach, chat, message, "read"))

    @staticmethod
    def _of_business(chat: Chat, *states: str) -> list[ChatMessage]:
        return [
            message
            for message in chat.messages
            if message.side == "business"
            and message.status in states
            and message.type != "reaction"
            and not message.fate
        ]
