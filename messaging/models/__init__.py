from .address import Address
from .channel import Channel
from .contact import Contact
from .conversation import Conversation
from .delivery import WebhookDelivery
from .draft import Draft
from .message import Message
from .provider_event import ProviderEvent
from .unread import Unread

__all__ = [
    "Address",
    "Channel",
    "Contact",
    "Conversation",
    "Draft",
    "Message",
    "ProviderEvent",
    "Unread",
    "WebhookDelivery",
]
