"""Nothing in a body is skipped, however it is packed."""

import pytest

from messaging.channels.whatsapp import source
from messaging.channels.whatsapp.events import AccountNotice, Echo, InboundMessage, Status, Unhandled
from messaging.channels.whatsapp.parse import LISTS, parse
from messaging.tests.channels.whatsapp.bodies import (
    SARI,
    body,
    change,
    entry,
    events,
    message,
    raw,
    read,
    status,
    with_messages,
)

BUDI = {"wa_id": "6281234500002", "profile": {"name": "Budi"}}


def test_every_entry_change_and_item_is_read_in_order():
    mixed = body(
        entry(
            change(contacts=[SARI], messages=[message(id="m1"), message(id="m2")], statuses=[status(id="s1")]),
            change(statuses=[status(id="s2"), status("read", id="s3")], errors=[{"code": 130429, "title": "Rate"}]),
        ),
        entry(
            change("smb_message_echoes", message_echoes=[message(id="e1", to=SARI["wa_id"])]),
            change(contacts=[SARI], messages=[message(id="m3")]),
            waba="another",
        ),
    )

    found = events(mixed)

    assert [type(event) for event in found] == [
        InboundMessage,
        InboundMessage,
        Status,
        Status,
        Status,
        AccountNotice,
        Echo,
        InboundMessage,
    ]
    ids = [event.external_id for event in found if not isinstance(event, AccountNotice)]
    assert ids == ["m1", "m2", "s1", "s2", "s3", "e1", "m3"]
    assert [event.waba_id for event in found][-3:] == ["880011223344", "another", "another"]


def test_numbers_of_ours_are_told_apart():
    two = body(entry(change(messages=[message(id="m1")]), change(messages=[message(id="m2")])))
    two["entry"][0]["changes"][1]["value"]["metadata"]["phone_number_id"] = "other"

    assert [event.phone_number_id for event in events(two)] == ["771100220033", "other"]


def test_a_thousand_items_are_a_thousand_events():
    many = body(entry(change(statuses=[status(id=f"s{n}") for n in range(1_000)])))

    assert [event.external_id for event in events(many)] == [f"s{n}" for n in range(1_000)]


def test_a_bad_item_does_not_take_its_neighbours_along():
    parsed = read(with_messages(message(id="m1"), 7, None, {}, ["x"], message(id="m2")))

    assert [event.external_id for event in parsed.events if isinstance(event, InboundMessage)] == ["m1", "m2"]
    assert [reason.partition(": ")[0].rpartition(".")[2] for reason in parsed.reasons] == [
        "messages[1]",
        "messages[2]",
        "messages[3]",
        "messages[4]",
    ]


def test_a_mistake_of_ours_in_one_reader_does_not_take_its_neighbours_along(monkeypatch, caplog):
    def broken(source, item):
        raise KeyError("a secret text of a customer")

    monkeypatch.setitem(LISTS, "statuses", broken)

    parsed = read(body(entry(change(messages=[message()], statuses=[status()]))))

    assert isinstance(parsed.events[0], InboundMessage)
    assert parsed.events[1].reason == "Reading it failed: KeyError."
    assert caplog.records[0].name == source.__name__
    assert "a secret text" not in caplog.records[0].getMessage()


@pytest.mark.parametrize(
    "written",
    [
        body(entry(change(contacts=SARI, messages=message()))),
        body({"id": "880011223344", "changes": change(contacts=[SARI], messages=[message()])}),
        {"entry": [entry(change(contacts=[SARI], messages=[message()]))]},
        {
            "entry": [
                {
                    "id": "880011223344",
                    "field": "messages",
                    "changes": [{"value": change(contacts=[SARI], messages=[message()])["value"]}],
                }
            ]
        },
        change(contacts=[SARI], messages=[message()]),
    ],
)
def test_a_list_of_one_may_be_written_without_its_list(written):
    (found,) = events(written)

    assert (found.text, found.sender.profile_name) == ("Selamat pagi", "Sari Wulandari")


def test_lists_are_read_whatever_their_field_is_called():
    assert len(events(body(entry(change("from_next_year", messages=[message()]))))) == 1


def test_a_list_that_is_none_is_named():
    parsed = read(body(entry(change(messages="none", statuses=[status()]))))

    assert parsed.reasons == ("entry[0].changes[0].value[0].messages: It is not a list.",)
    assert isinstance(parsed.events[1], Status)


def test_an_unknown_field_is_kept_and_named():
    (event,) = read(body(entry({"field": "from_next_year", "value": {"x": 1}}))).events

    assert event == Unhandled(
        reason="The field 'from_next_year' is not one we know.",
        where="entry[0].changes[0].value[0]",
        waba_id="880011223344",
    )


def test_the_same_body_gives_the_same_events():
    written = raw(with_messages(message(id=None), message("hologram", {"beam": 1}), contacts=[SARI, BUDI]))

    assert parse(written) == parse(written)


def test_an_entry_without_changes_is_named():
    assert read({"entry": [{"id": "880"}]}).reasons == ("entry[0]: The entry holds no changes.",)


def test_endless_nonsense_has_a_hundred_reasons_and_their_number():
    parsed = read(with_messages(*[7] * 1_000, message()))

    assert len(parsed.reasons) == 101
    assert parsed.reasons[-1] == "900 more items were not understood."
    assert [event for event in parsed.events if isinstance(event, InboundMessage)]
