"""What a WhatsApp webhook can tell us, as plain values.

Every string here can be stored by PostgreSQL: no NUL, no lone surrogate, ids of at most 160 characters.
An unknown id, name or text is ``""``; an unknown address, time or number is ``None``.
"""

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What a message is, as the inbox shows it."""

    TEXT = "text"
    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    VOICE = "voice"
    DOCUMENT = "document"
    STICKER = "sticker"
    LOCATION = "location"
    CONTACTS = "contacts"
    INTERACTIVE = "interactive"
    BUTTON = "button"
    ORDER = "order"
    TEMPLATE = "template"
    SYSTEM = "system"
    UNSUPPORTED = "unsupported"


class DeliveryStatus(StrEnum):
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    PLAYED = "played"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One person on WhatsApp; since 2026 the phone may be absent, the user id was absent before."""

    phone: str | None = None  # E.164 with plus, never validated
    user_id: str | None = None
    parent_user_id: str | None = None
    profile_name: str = ""
    username: str = ""

    @property
    def is_known(self) -> bool:
        return bool(self.phone or self.user_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaRef:
    """A file at the provider; fetch it by ``id`` (7 days), or by ``url`` where there is no id."""

    id: str = ""
    mime_type: str = ""  # without parameters, lower case
    sha256: str = ""  # base64 in webhooks, hex from the media endpoint
    filename: str = ""
    url: str = ""  # five minutes, asks for the token; see client.CloudClient.download
    voice: bool = False
    animated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderError:
    code: int | None = None
    title: str = ""
    message: str = ""
    details: str = ""

    @property
    def text(self) -> str:
        """The most telling sentence the provider gave."""
        return self.details or self.message or self.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Where it was sent: a number of ours, or (templates, account) only the business account."""

    phone_number_id: str = ""
    waba_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message(Event):
    """What both directions share."""

    external_id: str
    kind: Kind
    text: str = ""
    payload: dict[str, Any] = dataclasses.field(default_factory=dict)
    media: MediaRef | None = None
    quoted_id: str = ""
    forwarded: bool = False
    referral: dict[str, Any] | None = None
    errors: tuple[ProviderError, ...] = ()
    provider_time: datetime | None = None
    group_id: str = ""
    backfill: bool = False  # from the history of a phone that was just connected


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMessage(Message):
    sender: Party


@dataclass(frozen=True, slots=True, kw_only=True)
class Echo(Message):
    """Sent by the business from its own phone, not by us."""

    recipient: Party
    status: DeliveryStatus | None = None  # known for history only


@dataclass(frozen=True, slots=True, kw_only=True)
class Status(Event):
    external_id: str
    status: DeliveryStatus
    callback_id: str = ""  # what we sent as biz_opaque_callback_data
    provider_time: datetime | None = None
    recipient: Party = Party()  # in a group: the participant
    group_id: str = ""
    errors: tuple[ProviderError, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Act(Event):
    """Something done to the message ``target_id``.

    ``party`` is the customer, also when the business did it on its own phone (``is_echo``).
    """

    external_id: str
    target_id: str
    party: Party
    is_echo: bool = False
    provider_time: datetime | None = None
    group_id: str = ""
    backfill: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction(Act):
    emoji: str  # "" takes the reaction back


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit(Act):
    """The target now reads like this."""

    kind: Kind
    text: str
    payload: dict[str, Any] = dataclasses.field(default_factory=dict)
    media: MediaRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoke(Act):
    """The target was deleted for everyone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberChanged(Event):
    """``old`` is who we knew; a new phone number also brings a new user id."""

    external_id: str
    old: Party
    new_phone: str | None
    new_user_id: str | None
    text: str = ""
    provider_time: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UserIdChanged(Event):
    external_id: str
    phone: str | None
    previous: str | None
    current: str
    text: str = ""
    provider_time: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateChanged(Event):
    """Something about a template changed; fetch it again. ``status`` is set when the review state did."""

    field: str
    template_id: str = ""
    name: str = ""
    language: str = ""
    status: str = ""  # APPROVED, REJECTED, PAUSED, …
    category: str = ""
    quality: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference(Event):
    party: Party
    opted_out: bool
    category: str = "marketing_messages"
    text: str = ""
    provider_time: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Event):
    """A voice call; one from the customer opens the 24-hour window."""

    external_id: str
    party: Party
    from_customer: bool
    event: str  # connect, terminate, …
    provider_time: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactSynced(Event):
    """The business's own address book named or dropped someone."""

    party: Party
    name: str
    is_removed: bool = False
    provider_time: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountNotice(Event):
    """About the account, not about a message; ``is_alert`` when somebody should look."""

    field: str
    text: str
    code: int | None = None
    is_alert: bool = False
    payload: dict[str, Any] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unhandled(Event):
    """Kept, and handled by nobody: ``where`` is the path in the body, ``reason`` a sentence."""

    reason: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """Events in the body's order; ``reasons`` say what was not understood, one sentence each."""

    events: tuple[Event, ...] = ()
    reasons: tuple[str, ...] = ()
