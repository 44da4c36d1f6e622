"""Lets the stand-in know the channels and chats that the product has, when it meets them first."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet

from helpdesk.accounts.tenancy import system_scope
from messaging.models import Channel, Conversation
from messaging.simulator.history import history_of

KNOWN_CUSTOMERS = 30


class DatabaseDirectory:
    """Answers from the product's tables; the stand-in asks it on threads of its own."""

    def accounts(self) -> list[dict[str, Any]]:
        """Every channel that sends through the stand-in, with its latest customers."""
        with _connected():
            return [_account(channel) for channel in simulated_channels()]

    def customer(self, phone_number_id: str, phone: str) -> dict[str, Any] | None:
        """The customer with this number or user id, when there is a conversation."""
        with _connected():
            wanted = Q(address__user_id=phone) | Q(address__phone=f"+{phone.lstrip('+')}")
            channels = [channel for channel in simulated_channels() if channel.phone_number_id == phone_number_id]
            found = _conversations(channels).filter(wanted).first()
            return _customer(found) if found else None


def simulated_channels() -> list[Channel]:
    """The channels whose provider is the stand-in; call it in a system scope."""
    channels = Channel.objects.select_related("workspace").order_by("workspace__name", "pk")
    here = settings.SIMULATOR_URL.rstrip("/")
    return [channel for channel in channels if here and channel.provider_url.rstrip("/") == here]


@contextmanager
def _connected() -> Iterator[None]:
    try:
        with system_scope("the simulator looks up channels and customers"):
            yield
    finally:
        # The thread may never come back; its connection must go to the pool.
        connection.close()


def _account(channel: Channel) -> dict[str, Any]:
    return {
        "phone_number_id": channel.phone_number_id,
        "waba_id": channel.waba_id or channel.phone_number_id,
        "token": channel.access_token,
        "app_secret": channel.app_secret,
        "webhook_url": channel.webhook_url,
        "verify_token": channel.verify_token,
        "display_phone_number": "".join(filter(str.isdecimal, channel.phone)) or channel.phone_number_id,
        "name": channel.workspace.name,
        "customers": [_customer(each) for each in _conversations([channel])[:KNOWN_CUSTOMERS]],
    }


def _conversations(channels: list[Channel]) -> QuerySet[Conversation]:
    found = Conversation.objects.filter(channel__in=channels).select_related("contact", "address")
    return found.order_by("-last_message_at", "-pk")


def _customer(conversation: Conversation) -> dict[str, Any]:
    contact, address = conversation.contact, conversation.address
    return {
        "phone": address.phone or "",
        "user_id": address.user_id or "",
        "name": contact.name or address.display,
        "about": contact.notes.partition("\n")[0][:80],
        "history": history_of(conversation),
    }
