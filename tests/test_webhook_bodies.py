"""Whole bodies through the real webhook and intake: large ones of our own, and those that others wrote where they lie
beside the project."""

import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from helpdesk.accounts.tenancy import workspace_scope
from messaging.actions.intake import drain
from messaging.models import Message, ProviderEvent, WebhookDelivery
from messaging.tests.bodies import post

pytestmark = pytest.mark.django_db
COLLECTED = sorted(Path(settings.BASE_DIR).parent.glob("*/fixtures/whatsapp/*.json"))
UNLISTED_FIELDS = ("unknown_field_xyz", "automatic_events")


def rewritten(node: Any, mark: str, number_id: str) -> Any:
    """Return a body addressed to our number, with message ids that no other file has."""
    if isinstance(node, list):
        return [rewritten(each, mark, number_id) for each in node]
    if not isinstance(node, dict):
        return node
    found = {key: rewritten(value, mark, number_id) for key, value in node.items()}
    if "phone_number_id" in found:
        found["phone_number_id"] = number_id
    if isinstance(found.get("id"), str) and {"timestamp", "status"} & found.keys():
        found["id"] = f"{found['id']}{mark}"
    return found


def outcome(workspace) -> Counter[str]:
    messages = Message.objects.exclude(kind__in=("event",)).values_list("direction", "kind")
    said = ProviderEvent.objects.values_list("kind", flat=True)
    return Counter([f"{direction} {kind}" for direction, kind in messages]) + Counter(said)


if COLLECTED:  # an empty list would show as a skipped test

    @pytest.mark.parametrize("collected", COLLECTED, ids=[path.stem for path in COLLECTED])
    def test_a_collected_body_is_handled_once(client, channel, agent, collected):
        raw = json.dumps(
            rewritten(json.loads(collected.read_bytes()), collected.stem, channel.phone_number_id)
        ).encode()

        first = post(client, channel, raw).status_code
        drain()
        with workspace_scope(channel.workspace):
            once = outcome(channel.workspace)
        second = post(client, channel, raw).status_code
        drain()

        assert (first, second) == (200, 200)
        with workspace_scope(channel.workspace):
            assert outcome(channel.workspace) == once
            deliveries = list(WebhookDelivery.objects.values_list("state", "error"))
        states = {state for state, _error in deliveries}
        is_unlisted = any(field in collected.read_text() for field in UNLISTED_FIELDS)
        assert states == ({"kept"} if is_unlisted else {"handled"}), deliveries
        sys.stdout.write(f"{collected.stem}: {', '.join(sorted(states))}: {dict(once)}\n")


def mixed_body(channel, items: int) -> tuple[bytes, int]:
    """Return a body of 3 MB with so many items of many kinds, over entries and changes, and how many are messages."""
    now, entries, written = int(time.time()), [], 0
    for start in range(0, items, 50):
        changes = []
        for place in range(start, start + 50, 10):
            value: dict[str, Any] = {
                "messaging_product": "whatsapp",
                "metadata": {"display_phone_number": "1", "phone_number_id": channel.phone_number_id},
                "messages": [_message(number, now) for number in range(place, place + 7)],
                "statuses": [
                    {"id": f"wamid.S{number}", "status": "delivered", "timestamp": str(now), "recipient_id": "1"}
                    for number in range(place, place + 3)
                ],
            }
            written += 7
            changes.append({"field": "messages", "value": value})
        entries.append({"id": channel.waba_id, "changes": changes})
    return json.dumps({"object": "whatsapp_business_account", "entry": entries}).encode(), written


def _message(number: int, now: int) -> dict[str, Any]:
    sender = {"from": f"62833{number % 40:07d}", "id": f"wamid.M{number}", "timestamp": str(now)}
    kinds: list[dict[str, Any]] = [
        {"type": "text", "text": {"body": "x" * 4000}},
        {"type": "image", "image": {"id": "1", "mime_type": "image/jpeg", "caption": "y" * 3500}},
        {"type": "location", "location": {"latitude": 1.0, "longitude": 2.0, "name": "z" * 3500}},
        {"type": "unsupported", "errors": [{"code": 131051, "title": "w" * 3500}]},
        {"type": "order", "order": {"catalog_id": "1", "text": "v" * 3500, "product_items": []}},
    ]
    return sender | kinds[number % len(kinds)]


def test_a_body_of_a_thousand_items_is_handled_whole(client, channel, agent):
    raw, messages = mixed_body(channel, 1000)
    assert 2_400_000 < len(raw) < 3_500_000

    assert post(client, channel, raw).status_code == 200
    drain()

    with workspace_scope(channel.workspace):
        assert WebhookDelivery.objects.values_list("state", "items", "error").get() == ("handled", 1000, "")
        assert Message.objects.filter(direction="in").count() == messages == 700
        assert ProviderEvent.objects.filter(kind="delivered").count() == 300
