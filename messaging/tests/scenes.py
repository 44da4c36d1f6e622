"""What happens to a workspace, in one line each: a customer writes, the provider reports, an agent sends.

The workspace's scope is open around all of it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.accounts.models import Member
from messaging.actions.deliveries import store_delivery
from messaging.actions.intake import drain_workspace
from messaging.actions.replies import send_text
from messaging.actions.sending import accept, claim
from messaging.models import Channel, Conversation, Message, Unread, WebhookDelivery
from messaging.tests import bodies

NADIA = "628125550140"


def deliver(channel: Channel, raw: bytes, *, handle: bool = True, **headers: str) -> WebhookDelivery:
    """A webhook body comes in and is handled."""
    delivery = store_delivery(channel, raw, headers=headers)
    WebhookDelivery.objects.filter(pk=delivery.pk).update(received_at=timezone.now())
    if handle:
        drain_workspace(channel.workspace_id)
    delivery.refresh_from_db()
    return delivery


def hear(channel: Channel, *messages: dict[str, Any], names: dict[str, str] | None = None) -> WebhookDelivery:
    """The provider brings messages, with profile names by number."""
    return deliver(channel, bodies.envelope(channel, messages=messages, names=names))


def write(channel: Channel, text: str = "Halo", *, ago: timedelta = timedelta(), **fields: Any) -> Any:
    """A customer writes a text, `ago` by the provider's clock."""
    message = bodies.text_message(**{"text": text, "timestamp": epoch(timezone.now() - ago), **fields})
    hear(channel, message)
    return Message.objects.get(external_id=message["id"])


def tell(channel: Channel, external_id: str | None, *statuses: str, **fields: Any) -> None:
    """The provider reports what became of a message."""
    told = [bodies.status(external_id or "", status, **fields) for status in statuses]
    deliver(channel, bodies.envelope(channel, statuses=told))


def echo(channel: Channel, text: str = "From the phone", *, to: str = NADIA, **fields: Any) -> Any:
    """The business writes on its own phone."""
    message = {**bodies.text_message(text=text), "to": to, "from": "1", **fields}
    deliver(channel, bodies.value(channel, {"message_echoes": [message]}, field="smb_message_echoes"))
    return Message.objects.get(external_id=message["id"])


def backfill(channel: Channel, *messages: dict[str, Any]) -> None:
    """The history of a phone that was just connected."""
    thread = {"id": NADIA, "messages": list(messages)}
    deliver(channel, bodies.value(channel, {"history": [{"threads": [thread]}]}, field="history"))


def act(kind: str, body: dict[str, Any], sender: str = NADIA, **fields: Any) -> dict[str, Any]:
    """A message that acts on another: `reaction`, `edit`, `revoke`, or `system`."""
    return {
        "from": sender,
        "id": bodies.wamid(),
        "timestamp": epoch(timezone.now()),
        "type": kind,
        kind: body,
        **fields,
    }


def reaction(target: str | None, emoji: str = "👍", **fields: Any) -> dict[str, Any]:
    return act("reaction", {"message_id": target, "emoji": emoji}, **fields)


def edit(target: str | None, text: str, **fields: Any) -> dict[str, Any]:
    message = {"type": "text", "text": {"body": text}}
    return act("edit", {"original_message_id": target, "message": message}, **fields)


def revoke(target: str | None, **fields: Any) -> dict[str, Any]:
    return act("revoke", {"original_message_id": target}, **fields)


def reply(conversation: Conversation, actor: Member, text: str = "Baik", **options: Any) -> Any:
    """An agent's reply that the provider has taken."""
    return sent(send_text(conversation, actor=actor, text=text, **options))


def sent(message: Message) -> Any:
    accept(claimed(message), external_id=bodies.wamid())
    return fresh(message)


def claimed(message: Message) -> Message:
    """The message as its sender has it, just before the network."""
    found = claim(message.pk)
    assert found is not None
    return found


def fresh(row: Any) -> Any:
    """The row as it is in the database."""
    return type(row)._default_manager.get(pk=row.pk)


def unread_of(conversation: Conversation) -> dict[str, int]:
    """Who has how many unread messages there."""
    rows = Unread.objects.filter(conversation=conversation).select_related("member__user")
    return {row.member.name: row.count for row in rows}


def jobs(task: str = "") -> list[dict[str, Any]]:
    """The arguments of the jobs of a task that wait, oldest first; of all tasks without one."""
    waiting = ProcrastinateJob.objects.filter(status="todo").order_by("id")
    return list((waiting.filter(task_name=task) if task else waiting).values_list("args", flat=True))


def events(conversation: Conversation) -> list[str]:
    """The lines in a thread that say what happened to it."""
    lines: Iterable[Message] = conversation.messages.filter(kind="event").order_by("id")
    return [line.payload["event"] for line in lines]


def epoch(at: datetime | None) -> str:
    assert at is not None
    return str(int(at.timestamp()))


def age(conversation: Conversation, **by: Any) -> Conversation:
    """Set columns of a conversation to a time ago: `age(it, resolved_at=timedelta(days=15))`."""
    columns = {name: timezone.now() - ago for name, ago in by.items()}
    Conversation.objects.filter(pk=conversation.pk).update(**columns)
    return fresh(conversation)
