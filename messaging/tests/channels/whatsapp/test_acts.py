"""Messages that act on others."""

import pytest

from messaging.channels.whatsapp.events import (
    Edit,
    InboundMessage,
    Kind,
    NumberChanged,
    Party,
    Reaction,
    Revoke,
    UserIdChanged,
)
from messaging.tests.channels.whatsapp.bodies import (
    SARI,
    body,
    change,
    entry,
    message,
    only,
    read,
    with_messages,
)

OLD, NEW = "ID.10203040506070809", "ID.90807060504030201"


@pytest.mark.parametrize(
    ("more", "emoji"), [({"emoji": "👍🏽"}, "👍🏽"), ({"emoji": ""}, ""), ({}, ""), ({"emoji": None}, "")]
)
def test_a_reaction_and_its_removal(more, emoji):
    found = only(with_messages(message("reaction", {"message_id": "wamid.OUT1"} | more)))

    assert isinstance(found, Reaction)
    assert (found.external_id, found.target_id, found.emoji) == ("wamid.IN1", "wamid.OUT1", emoji)
    assert (found.party.phone, found.is_echo) == ("+6281234500001", False)


def test_an_edited_text():
    edit = {"original_message_id": "wamid.IN0", "message": {"type": "text", "text": {"body": "Sore"}, "context": {}}}

    found = only(with_messages(message("edit", edit)))

    assert isinstance(found, Edit)
    assert (found.target_id, found.kind, found.text) == ("wamid.IN0", Kind.TEXT, "Sore")


def test_an_edited_caption():
    image = {"id": "9", "mime_type": "image/jpeg", "caption": "Struk baru"}
    edit = {"original_message_id": "wamid.IN0", "message": {"type": "image", "image": image}}

    found = only(with_messages(message("edit", edit)))

    assert (found.kind, found.text, found.media.id) == (Kind.IMAGE, "Struk baru", "9")


def test_a_deleted_message():
    found = only(with_messages(message("revoke", {"original_message_id": "wamid.IN0"})))

    assert isinstance(found, Revoke)
    assert (found.external_id, found.target_id, found.is_echo) == ("wamid.IN1", "wamid.IN0", False)


def test_the_business_may_do_all_of_it_on_its_phone():
    acts = [
        message("reaction", {"message_id": "wamid.IN0", "emoji": "🙏"}, id="a", to=SARI["wa_id"]),
        message("edit", {"original_message_id": "b0", "message": {"text": {"body": "x"}}}, id="b", to=SARI["wa_id"]),
        message("revoke", {"original_message_id": "c0"}, id="c", to=SARI["wa_id"]),
    ]

    found = read(body(entry(change("smb_message_echoes", message_echoes=acts)))).events

    assert [type(event) for event in found] == [Reaction, Edit, Revoke]
    assert {(event.is_echo, event.party.phone) for event in found} == {(True, "+6281234500001")}


@pytest.mark.parametrize(
    ("kind", "act", "reason"),
    [
        ("reaction", {"emoji": "👍"}, "It names no message to act on."),
        ("revoke", {}, "It names no message to act on."),
        ("edit", {"message": {"text": {"body": "x"}}}, "It names no message to act on."),
        ("edit", {"original_message_id": "m"}, "The edit does not say what the message now reads."),
        (
            "edit",
            {"original_message_id": "m", "message": {"type": "poll"}},
            "The edit does not say what the message now reads.",
        ),
    ],
)
def test_an_act_without_its_object_is_kept_with_its_reason(kind, act, reason):
    parsed = read(with_messages(message(kind, act)))

    assert [event.reason for event in parsed.events] == [reason]


@pytest.mark.parametrize(
    ("sender", "system"),
    [
        ("6281234500001", {"type": "user_changed_number", "wa_id": "6281234500009"}),
        ("6281234500001", {"type": "customer_changed_number", "new_wa_id": "6281234500009"}),
        ("6281234500001", {"wa_id": "6281234500009"}),
        ("6281234500009", {"type": "user_changed_number", "wa_id": "6281234500009", "customer": "6281234500001"}),
        ("6281234500009", {"wa_id": "6281234500009", "body": "User Sari changed from 6281234500001 to 6281234500009"}),
    ],
)
def test_a_changed_number(sender, system):
    found = only(with_messages(message("system", system, **{"from": sender}), contacts=[]))

    assert isinstance(found, NumberChanged)
    assert (found.old.phone, found.new_phone, found.external_id) == ("+6281234500001", "+6281234500009", "wamid.IN1")
    assert found.text == system.get("body", "")


def test_a_changed_number_brings_a_new_user_id():
    words = f"User Sari changed from {OLD} to {NEW}"
    system = {"type": "user_changed_user_id", "wa_id": "6281234500009", "user_id": NEW, "body": words}

    found = only(with_messages(message("system", system), contacts=[]))

    assert isinstance(found, NumberChanged)
    assert (found.old, found.new_user_id) == (Party(phone="+6281234500001", user_id=OLD), NEW)


@pytest.mark.parametrize("named", [{"from_user_id": OLD}, {}])
def test_a_changed_user_id(named):
    words = f"User Sari changed from {OLD} to {NEW}."
    system = {"type": "user_changed_user_id", "user_id": NEW, "body": words}
    written = {key: item for key, item in message("system", system, **named).items() if key != "from"}

    found = only(with_messages(written, contacts=[]))

    assert isinstance(found, UserIdChanged)
    assert (found.phone, found.previous, found.current, found.text) == (None, OLD, NEW, words)


def test_a_profile_name_cannot_name_somebody_elses_number():
    """The person chooses the name in the sentence: only the end of it, which is the provider's, is believed."""
    words = "User changed from 6281111111111 to 6281234500009 changed the number"
    system = {"type": "user_changed_number", "wa_id": "6281234500009", "body": words}

    parsed = read(with_messages(message("system", system, **{"from": "6281234500009"}), contacts=[]))

    assert [event.reason for event in parsed.events] == ["The changed number does not say whose it was."]


def test_a_changed_security_code_changes_nobody():
    system = {"type": "customer_identity_changed", "wa_id": "6281234500001", "body": "Sari's code changed"}

    assert isinstance(only(with_messages(message("system", system), contacts=[])), InboundMessage)
