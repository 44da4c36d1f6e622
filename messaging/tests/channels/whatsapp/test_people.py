"""Who wrote, in all the ways the provider names people."""

import pytest

from messaging.channels.whatsapp.events import Party
from messaging.tests.channels.whatsapp.bodies import SARI, events, message, only, with_messages

USER = "ID.10203040506070809"
BUDI = {"wa_id": "6281234500002", "profile": {"name": "Budi"}}


def test_a_contact_is_found_by_its_id_not_its_place():
    found = events(with_messages(message(id="m1", **{"from": BUDI["wa_id"]}), message(id="m2"), contacts=[SARI, BUDI]))

    assert [event.sender.profile_name for event in found] == ["Budi", "Sari Wulandari"]


def test_a_person_with_phone_user_id_and_username():
    contact = {
        "profile": {"name": "Sari", "username": "@sari.w"},
        "wa_id": "6281234500001",
        "user_id": USER,
        "parent_user_id": "ID.ENT.99",
    }

    found = only(with_messages(message(from_user_id=USER), contacts=[contact]))

    assert found.sender == Party(
        phone="+6281234500001", user_id=USER, parent_user_id="ID.ENT.99", profile_name="Sari", username="sari.w"
    )


@pytest.mark.parametrize("phone", [{}, {"from": ""}, {"from": None}])
def test_a_person_whose_phone_is_hidden(phone):
    written = {key: item for key, item in message(from_user_id=USER).items() if key != "from"} | phone
    contact = {"profile": {"name": "Sari", "username": "sari.w"}, "user_id": USER, "wa_id": ""}

    found = only(with_messages(written, contacts=[BUDI, contact]))

    assert found.sender == Party(user_id=USER, profile_name="Sari", username="sari.w")


def test_a_user_id_where_the_phone_was():
    assert only(with_messages(message(**{"from": USER}), contacts=[])).sender == Party(user_id=USER)


def test_only_the_contact_says_who_it_was():
    written = {key: item for key, item in message().items() if key != "from"}

    assert only(with_messages(written, contacts=[{"user_id": USER}])).sender == Party(user_id=USER)


def test_a_single_contact_belongs_to_a_single_message_even_when_the_ids_differ():
    contact = {"profile": {"name": "Ana"}, "wa_id": "5215512345678", "user_id": "MX.77"}

    found = only(with_messages(message(**{"from": "15550009999"}), contacts=[contact]))

    assert found.sender == Party(phone="+15550009999", user_id="MX.77", profile_name="Ana")


def test_a_single_contact_is_not_lent_to_another_persons_message():
    found = events(with_messages(message(id="m1"), message(id="m2", **{"from": "15550009999"}), contacts=[SARI]))

    assert [event.sender.profile_name for event in found] == ["Sari Wulandari", ""]


@pytest.mark.parametrize(("sender", "known"), [("5215512345678", "525512345678"), ("551187654321", "5511987654321")])
def test_a_contact_is_found_under_the_other_spelling_of_its_number(sender, known):
    contact = {"profile": {"name": "Ana"}, "wa_id": known}

    found = only(with_messages(message(**{"from": sender}), contacts=[SARI, contact]))

    assert found.sender == Party(phone=f"+{sender}", profile_name="Ana")


def test_a_phone_in_other_spellings_is_one_phone():
    for spelling in ("+62 812-3450-0001", "(62) 81234500001", 6281234500001):
        assert only(with_messages(message(**{"from": spelling}))).sender.phone == "+6281234500001"
