"""What the product made of a customer's messages, for the page's log."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from helpdesk.accounts.tenancy import workspace_scope
from messaging.models import Channel, Conversation, Message


@dataclass(frozen=True)
class Landing:
    """Where one message of the customer ended up."""

    conversation: int
    assignee: str
    at: datetime


@dataclass
class ProductFacts:
    """Landings by message id, and the number of the latest conversation."""

    landings: dict[str, Landing] = field(default_factory=dict)
    conversation: int | None = None


def facts_about(channel: Channel, *, phone: str, wamids: Iterable[str]) -> ProductFacts:
    """Look into the inbox of the channel's workspace."""
    with workspace_scope(channel.workspace_id):
        received = Message.objects.filter(channel=channel, external_id__in=list(wamids))
        rows = received.select_related("conversation__assignee__user")
        landings = {str(row.external_id): _landing(row) for row in rows}
        of_customer = Conversation.objects.filter(channel=channel)
        theirs = of_customer.filter(address__phone=f"+{phone.lstrip('+')}") | of_customer.filter(address__user_id=phone)
        latest = theirs.order_by("-last_message_at", "-pk").values_list("number", flat=True).first()
        return ProductFacts(landings, latest)


def _landing(message: Message) -> Landing:
    assignee = message.conversation.assignee
    return Landing(message.conversation.number, assignee.name if assignee else "", message.created_at)
