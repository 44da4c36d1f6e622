"""Whatever comes, the parser answers, and PostgreSQL can store the answer."""

import dataclasses
import json
import math
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from messaging.channels.whatsapp.acts import ACTS
from messaging.channels.whatsapp.contents import CONTENTS
from messaging.channels.whatsapp.events import Event
from messaging.channels.whatsapp.notices import NOTICE_FIELDS, TEMPLATE_FIELDS
from messaging.channels.whatsapp.parse import LISTS, parse
from messaging.tests.channels.whatsapp.bodies import SARI, body, change, entry, message, raw, status

TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["", "\x00", "\ud800", "wamid.1", "6281", "ID.7", "1767225600", "true", "stop", "NaN", "text"]),
)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(10**17, 10**40), st.floats(allow_nan=False), TEXTS
)
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=8
)
MESSAGE_KEYS = sorted(
    {*CONTENTS, *ACTS, "from", "from_user_id", "to", "id", "timestamp", "type", "context", "referral", "errors"}
)
BODY_KEYS = sorted(
    {"body", "id", "url", "caption", "message", "message_id", "original_message_id", "emoji", "name", "phones", "type"}
    | {"button_reply", "nfm_reply", "response_json", "latitude", "longitude", "product_items", "wa_id", "user_id"}
    | {"components", "parameters", "title", "text", "action", "header", "answers", "user_id", "previous", "current"}
)
VALUE_KEYS = sorted({*LISTS, "metadata", "contacts", "event", "phone_number_settings"})
FIELDS = sorted({*NOTICE_FIELDS, *TEMPLATE_FIELDS, "messages", "calls", "history", "from_next_year"})


def shaped(keys: list[str], values: Any) -> Any:
    return st.dictionaries(st.sampled_from(keys), values, max_size=6)


BODIES = st.one_of(ANYTHING, shaped(BODY_KEYS, ANYTHING), shaped(BODY_KEYS, shaped(BODY_KEYS, ANYTHING)))
MESSAGES = st.builds(
    lambda kind, found: {"type": kind, "from": "6281"} | found,
    st.sampled_from([*CONTENTS, *ACTS, "hologram"]),
    shaped(MESSAGE_KEYS, BODIES),
)
VALUES = st.one_of(
    ANYTHING, st.dictionaries(st.sampled_from(VALUE_KEYS), st.lists(MESSAGES | BODIES, max_size=3) | BODIES, max_size=5)
)
ENVELOPES = st.builds(
    lambda field, value: body(entry({"field": field, "value": value})), st.sampled_from(FIELDS), VALUES
)
KAPSO = shaped(
    [
        "message",
        "conversation",
        "contact",
        "previous",
        "marketing_preference",
        "phone_number_id",
        "data",
        "batch",
        "type",
    ],
    shaped([*MESSAGE_KEYS, "kapso", "phone_number", "business_scoped_user_id", "status"], BODIES)
    | BODIES
    | st.lists(BODIES),
)
VALID = [
    body(entry(change(contacts=[SARI], messages=[message(), message("image", {"id": "9"})], statuses=[status()]))),
    body(entry(change("history", history=[{"threads": [{"id": "6281", "messages": [message()]}]}]))),
    body(entry(change("smb_message_echoes", message_echoes=[message(to="6281")]))),
    {"message": message(kapso={"direction": "inbound"}), "conversation": {"phone_number": "+6281"}},
]


def assert_storable(value: Any) -> None:
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            assert_storable(getattr(value, field.name))
    elif isinstance(value, dict):
        for key, item in value.items():
            assert_storable(key)
            assert_storable(item)
    elif isinstance(value, list | tuple):
        for item in value:
            assert_storable(item)
    elif isinstance(value, str):
        assert "\x00" not in value
        value.encode()
    elif isinstance(value, float):
        assert math.isfinite(value)
    else:
        assert value is None or isinstance(value, bool | datetime) or abs(value) < 2**63


def assert_sound(written: bytes, headers: dict[str, str] | None = None) -> None:
    parsed = parse(written, headers)

    assert all(isinstance(event, Event) for event in parsed.events)
    assert not [reason for reason in parsed.reasons if "Reading it failed" in reason]
    assert parsed.reasons or parsed.events or b'"' in written or written in (b"{}", b"[]")
    assert_storable(parsed)
    for event in parsed.events:
        json.dumps(getattr(event, "payload", {}), allow_nan=False)
        ids = [getattr(event, name, "") for name in ("external_id", "target_id", "quoted_id", "phone_number_id")]
        assert max(map(len, ids)) <= 160
    assert parse(written, headers) == parsed


many = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))


@many
@given(st.binary(max_size=200))
def test_any_bytes(written):
    assert_sound(written)


@many
@given(ANYTHING)
def test_any_json(found):
    assert_sound(raw(found))


@many
@given(ENVELOPES)
def test_any_value_in_a_sound_envelope(found):
    assert_sound(raw(found))


@many
@given(st.lists(MESSAGES, min_size=1, max_size=4), st.lists(BODIES, max_size=2), st.sampled_from(FIELDS))
def test_any_messages(messages, contacts, field):
    assert_sound(raw(body(entry(change(field, contacts=contacts, messages=messages, message_echoes=messages)))))


@many
@given(KAPSO, st.sampled_from(["", "whatsapp.message.received", "whatsapp.message.sent", "whatsapp.x", "\x00\ud800"]))
def test_any_body_of_kapso(found, event):
    assert_sound(raw(found), {"X-Webhook-Event": event} if event else {})


@many
@given(st.sampled_from(VALID), st.data())
def test_a_sound_body_with_one_part_replaced(document, data):
    mutated = json.loads(json.dumps(document))
    parent, key = data.draw(st.sampled_from(list(parts(mutated))))
    parent[key] = data.draw(ANYTHING)

    assert_sound(raw(mutated))


@many
@given(st.sampled_from(VALID), st.data())
def test_a_sound_body_with_one_byte_replaced(document, data):
    written = bytearray(raw(document))
    written[data.draw(st.integers(0, len(written) - 1))] = data.draw(st.integers(0, 255))

    assert_sound(bytes(written))


@pytest.mark.parametrize("length", range(0, 400, 7))
def test_a_sound_body_that_was_cut(length):
    parsed = parse(raw(VALID[0])[:length])

    assert parsed.reasons == ("The body is not JSON.",)


def parts(value: Any) -> Any:
    """Every (container, key) of a document."""
    found = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in list(found):
        yield value, key
        yield from parts(item)
