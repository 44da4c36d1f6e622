"""What became of messages that we sent."""

from collections.abc import Iterator
from typing import Any

from .events import Call, DeliveryStatus, Event, Status
from .phones import e164
from .problems import provider_errors
from .reading import identifier, line
from .source import NotUnderstood, Source

# The parent's id is spelled in three ways, by version.
RECIPIENT = (
    "recipient_id",
    "recipient_user_id",
    "recipient_parent_user_id",
    "parent_recipient_user_id",
    "parent_user_id",
)
_PARTICIPANT = (
    "recipient_participant_id",
    "recipient_participant_user_id",
    "recipient_participant_parent_user_id",
)


def status(source: Source, item: dict[str, Any]) -> Iterator[Event]:
    """One of `statuses[]`; calls have theirs in the same list, and payments theirs, which are not a message's."""
    external_id, callback_id = identifier(item.get("id")), identifier(item.get("biz_opaque_callback_data"))
    named, about = line(item.get("status")).lower(), line(item.get("type")).lower()
    if about == "call":
        yield _call(source, item, external_id, named)
        return
    if about == "payment" or "payment" in item:
        raise NotUnderstood("Payment statuses are not handled.")
    if named not in set(DeliveryStatus):
        raise NotUnderstood(f"The status {named!r} is not one we know." if named else "The status is not named.")
    if not external_id and not callback_id:
        raise NotUnderstood("The status names no message.")
    is_group = _is_group(item)
    yield Status(
        external_id=external_id,
        callback_id=callback_id,
        status=DeliveryStatus(named),
        provider_time=source.moment(item.get("timestamp")),
        recipient=source.party(item, _PARTICIPANT if is_group else RECIPIENT),
        group_id=identifier(item.get("recipient_id")) if is_group else "",
        errors=provider_errors(item.get("errors")),
        **source.stamp,
    )


def _is_group(item: dict[str, Any]) -> bool:
    named = line(item.get("recipient_type")).lower()
    has_participant = any(identifier(item.get(key)) for key in _PARTICIPANT)
    return named == "group" or (has_participant and e164(identifier(item.get("recipient_id"))) is None)


def _call(source: Source, item: dict[str, Any], external_id: str, event: str) -> Event:
    return Call(
        external_id=external_id,
        party=source.party(item, RECIPIENT),
        from_customer=False,
        event=event,
        provider_time=source.moment(item.get("timestamp")),
        **source.stamp,
    )
