import json
from typing import Any

import pytest

from messaging.channels.whatsapp.document import MAX_DEPTH, Unreadable, read_document
from messaging.channels.whatsapp.events import Unhandled
from messaging.channels.whatsapp.parse import parse
from messaging.tests.channels.whatsapp.bodies import message, only, raw, with_messages


def sound(written: bytes) -> Any:
    return parse(written).events


@pytest.mark.parametrize(
    "hostile",
    [
        b"",
        b"   ",
        b"\x00",
        b"\xff\xfe\x00",
        b"\xc3\x28",
        b"<html>502</html>",
        b"{",
        b'{"entry":[',
        b"NaN",
        b'{"latitude":NaN}',
        b'{"latitude":-Infinity}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b"null",
        b"true",
        b"7",
        b'"text"',
        b"[]",
        b"{}",
        b'{"entry":7}',
        b'{"entry":[7,null,[],"x"]}',
        b'{"entry":[{"changes":"x"}]}',
        b'{"entry":[{"changes":[{"field":[],"value":[]}]}]}',
        b'{"object":"instagram","entry":[{"changes":[]}]}',
    ],
)
def test_what_is_no_webhook_is_kept_with_a_reason(hostile):
    parsed = parse(hostile)

    assert parsed.events
    assert all(isinstance(event, Unhandled) for event in parsed.events)
    assert len(parsed.reasons) == len(parsed.events)


def test_nul_and_half_surrogates_are_scrubbed_everywhere():
    hostile = json.dumps(with_messages(message("hologram", {"k\x00ey": ["a\x00b", "\ud83d", "\udc4d x"]})))

    (shown, _doubt) = sound(hostile.encode())

    assert shown.payload["message"]["hologram"] == {"key": ["ab", "\ufffd", "\ufffd x"]}


def test_a_whole_surrogate_pair_is_one_character():
    written = raw(with_messages(message(body={"body": "👍🏽"})))
    assert b"\\ud83d\\udc4d" in written

    assert sound(written)[0].text == "👍🏽"


def test_numbers_beyond_postgresql_become_text():
    found = read_document(b'{"many":' + b"9" * 5_000 + b',"big":1e999,"id":123456789012345678}')

    assert found == {"many": "9" * 5_000, "big": "1e999", "id": 123456789012345678}


def test_nesting_is_cut_where_it_is_no_message_any_more():
    nested = read_document(b"[" * 900 + b"]" * 900)

    depth = 0
    while nested:
        nested, depth = nested[0], depth + 1
    assert depth == MAX_DEPTH


def test_the_last_of_two_equal_keys_wins():
    assert read_document(b'{"a":1,"a":2}') == {"a": 2}


def test_a_byte_order_mark_is_no_hindrance():
    assert parse(b"\xef\xbb\xbf" + raw(with_messages(message()))).reasons == ()


def test_unreadable_carries_a_sentence():
    with pytest.raises(Unreadable, match=r"^The body is nested too deeply\.$"):
        read_document(b"[" * 100_000)


@pytest.mark.parametrize("length", [160, 161, 5_000])
def test_ids_fit_their_column_and_stay_apart(length):
    one = only(with_messages(message(id="a" * length))).external_id
    other = only(with_messages(message(id="a" * (length - 1) + "b"))).external_id

    assert len(one) <= 160
    assert one != other
    assert (one == "a" * length) is (length <= 160)


def test_text_is_cut_at_what_whatsapp_itself_allows():
    assert len(only(with_messages(message(body={"body": "x" * 100_000}))).text) == 65_536
