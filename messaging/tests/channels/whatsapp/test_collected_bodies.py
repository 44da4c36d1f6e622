"""Bodies that others wrote, where a folder of them lies beside the project: none is lost, none breaks anything.

They are not ours to copy; without them there is nothing to collect here, and the other tests carry bodies of our own.
"""

import json
import sys
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings

from messaging.channels.whatsapp.events import Unhandled
from messaging.channels.whatsapp.parse import parse
from messaging.tests.channels.whatsapp.test_fuzz import assert_sound

FILES = sorted(Path(settings.BASE_DIR).parent.glob("*/fixtures/whatsapp/*.json"))

if FILES:  # an empty list would show as a skipped test

    @pytest.mark.parametrize("collected", FILES, ids=[path.stem for path in FILES])
    def test_a_collected_body_is_understood(collected):
        written = collected.read_bytes()

        parsed = parse(written)

        assert_sound(written)
        lost = [event.reason for event in parsed.events if isinstance(event, Unhandled)]
        assert all(reason.startswith("The field ") for reason in lost), "only fields that nobody documents stay unread"
        assert len(parsed.events) >= count_items(json.loads(written))
        sys.stdout.write(f"{collected.stem}: {outcome(parsed.events)}\n")


def count_items(document):
    """How many messages, statuses and preferences a body holds."""
    values = [change["value"] for entry in document["entry"] for change in entry["changes"]]
    return sum(len(value.get(key, [])) for value in values for key in ("messages", "statuses", "user_preferences"))


def outcome(events):
    names = [f"{type(event).__name__} {getattr(event, 'kind', '')}".strip() for event in events]
    return ", ".join(f"{count} {name}" for name, count in Counter(names).items())
