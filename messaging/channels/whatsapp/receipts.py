"""Read receipts and the typing sign. The provider shows typing only together with a receipt."""

from dataclasses import dataclass

from messaging.channels.whatsapp.errors import Failure
from messaging.channels.whatsapp.outbound import client_for
from messaging.models import Channel, Conversation, Message


@dataclass(frozen=True, slots=True)
class Mark:
    channel: Channel
    external_id: str


def receipt_for(conversation_id: int) -> Mark | None:
    """Return what to mark: the customer's newest message, which marks all before it. Run it in the scope."""
    conversation = Conversation.objects.select_related("channel").filter(pk=conversation_id).first()
    if conversation is None or conversation.channel.status == Channel.Status.PAUSED:
        return None
    inbound = conversation.messages.filter(direction=Message.Direction.IN).exclude(external_id=None)
    written = inbound.exclude(kind=Message.Kind.SYSTEM)  # the provider knows no receipt for its own notices
    newest = written.order_by("-provider_time", "-id").first()
    return Mark(conversation.channel, newest.external_id or "") if newest else None


def send_mark(mark: Mark, *, typing: bool) -> None:
    """Tell the provider; it does no harm when it is lost, so a refusal is let go."""
    with client_for(mark.channel) as client:
        try:
            client.mark_read(mark.external_id, typing=typing)
        except Failure:
            return
