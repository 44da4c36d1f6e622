"""Makes the product believe that a customer wrote longer ago, as the stand-in does on its side."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F

from helpdesk.realtime.publish import publish
from messaging.models import Channel, Conversation

JUMP = timedelta(hours=25)


@transaction.atomic
def shift_window(channel: Channel, *, phone: str, by: timedelta = JUMP) -> int:
    """Move the last inbound message of one address back; call it in the workspace's scope.

    `phone` is a number or a user id. Answers how many conversations moved.
    """
    of_customer = Conversation.objects.filter(channel=channel, last_inbound_at__isnull=False)
    theirs = of_customer.filter(address__phone=f"+{phone.lstrip('+')}") | of_customer.filter(address__user_id=phone)
    moved = list(theirs.select_for_update(of=("self",)).order_by("pk"))
    for conversation in moved:
        Conversation.objects.filter(pk=conversation.pk).update(last_inbound_at=F("last_inbound_at") - by)
        publish(channel.workspace_id, "conversation", conversation.pk)
    return len(moved)
