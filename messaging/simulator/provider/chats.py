"""What the stand-in is about: accounts, customers, and the chats between them."""

import base64
import itertools
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

WINDOW_SECONDS = 24 * 3600
TYPING_SECONDS = 25
KEPT_EVENTS = 100


@dataclass
class Account:
    """A business phone number, and where its webhooks go.

    `signature` is "meta" or "kapso": which header signs the webhooks.
    """

    phone_number_id: str
    waba_id: str
    token: str
    app_secret: str
    webhook_url: str = ""
    verify_token: str = ""
    display_phone_number: str = "15550001000"
    name: str = "Business"
    signature: str = "meta"


@dataclass
class Customer:
    """A person with a phone; `wa_id` is the number in digits, empty when the person hides it."""

    wa_id: str
    user_id: str
    name: str
    about: str = ""
    online: bool = True
    auto_read: bool | None = None

    @property
    def key(self) -> str:
        """What chats are filed under."""
        return self.wa_id or self.user_id


@dataclass
class ChatMessage:
    """One message of a chat; `content` is Meta's object of that type, `marks` when it reached each state."""

    wamid: str
    side: str
    type: str
    content: dict[str, Any]
    at: float
    status: str = "accepted"
    quoted: str = ""
    callback: str = ""
    fate: str = ""
    failure: int = 0
    edited: bool = False
    deleted: bool = False
    reactions: dict[str, str] = field(default_factory=dict)
    marks: dict[str, float] = field(default_factory=dict)


@dataclass
class Chat:
    """All between one number and one customer; `window_from` is when the customer last wrote."""

    phone_number_id: str
    customer: Customer
    messages: list[ChatMessage] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    window_from: float = 0.0
    typing_until: float = 0.0
    version: int = 0

    def note(self, kind: str, **data: object) -> None:
        """Put a line into the log of what happened."""
        self.version += 1
        self.events.append({"at": time.time(), "kind": kind, **data})
        del self.events[:-KEPT_EVENTS]

    @property
    def window_is_open(self) -> bool:
        """Whether the business may write freely."""
        return time.time() - self.window_from < WINDOW_SECONDS


_serial = itertools.count(secrets.randbelow(2**20))


def new_wamid() -> str:
    """A message id: unique in every run, and with the characters (+ / =) that real ones have."""
    return "wamid." + base64.b64encode(b"\x1c\x18" + secrets.token_bytes(16) + next(_serial).to_bytes(4)).decode()


def digits(phone: str) -> str:
    """A phone number as WhatsApp writes it: digits alone."""
    return "".join(character for character in phone if character.isdecimal())
