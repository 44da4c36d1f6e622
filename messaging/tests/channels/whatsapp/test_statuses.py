from datetime import timedelta

import pytest

from messaging.channels.whatsapp.events import Call, DeliveryStatus, Party, ProviderError, Status
from messaging.tests.channels.whatsapp.bodies import SENT_AT, body, change, entry, only, read, status

USER = "ID.10203040506070809"


def of(*statuses, **lists):
    return body(entry(change(statuses=list(statuses), **lists)))


@pytest.mark.parametrize("name", ["sent", "delivered", "read", "played", "failed", "DELIVERED"])
def test_every_status_of_a_message(name):
    found = only(of(status(name, biz_opaque_callback_data="5f0c", pricing={"billable": True})))

    assert isinstance(found, Status)
    assert (found.status, found.external_id, found.callback_id) == (name.lower(), "wamid.OUT1", "5f0c")
    assert found.recipient == Party(phone="+6281234500001")
    assert found.provider_time == SENT_AT + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("written", "error"),
    [
        (
            [{"code": 131047, "title": "T", "message": "M", "error_data": {"details": "D"}}],
            ProviderError(code=131047, title="T", message="M", details="D"),
        ),
        ([{"code": "131053", "details": "D"}], ProviderError(code=131053, details="D")),
        ({"code": 131026, "title": "T"}, ProviderError(code=131026, title="T")),
        ("It broke", ProviderError(message="It broke")),
        ([{"code": 10**30, "title": ["x"], "error_data": "D"}], ProviderError(details="D")),
    ],
)
def test_why_a_message_failed(written, error):
    found = only(of(status("failed", errors=written)))

    assert found.errors == (error,)


def test_the_most_telling_words_of_an_error():
    assert ProviderError(title="T", message="M", details="D").text == "D"
    assert ProviderError(title="T", message="M").text == "M"
    assert ProviderError(title="T").text == "T"


@pytest.mark.parametrize("spelling", ["recipient_parent_user_id", "parent_recipient_user_id", "parent_user_id"])
def test_a_recipient_without_a_phone(spelling):
    written = {key: item for key, item in status().items() if key != "recipient_id"}
    contact = {"user_id": USER, "profile": {"name": "Sari", "username": "sari"}}

    found = only(of(written | {"recipient_user_id": USER, spelling: "ID.ENT.5"}, contacts=[contact]))

    assert found.recipient == Party(user_id=USER, parent_user_id="ID.ENT.5", profile_name="Sari", username="sari")


def test_a_participant_of_a_group():
    found = only(
        of(status(recipient_id="Y2FwaV9ncm91cDox", recipient_type="group", recipient_participant_id="6281234500002"))
    )

    assert (found.group_id, found.recipient) == ("Y2FwaV9ncm91cDox", Party(phone="+6281234500002"))


def test_a_lost_answer_is_found_by_our_own_mark_alone():
    assert only(of(status("sent", id=None, biz_opaque_callback_data="5f0c"))).external_id == ""


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        (status("warning"), "The status 'warning' is not one we know."),
        (status(None), "The status is not named."),
        (status(id=""), "The status names no message."),
        (status("failed", type="payment", payment={"reference_id": "r"}), "Payment statuses are not handled."),
    ],
)
def test_what_is_no_status_of_a_message_is_kept_with_its_reason(written, reason):
    parsed = read(of(written))

    assert [event.reason for event in parsed.events] == [reason]


def test_a_status_of_a_call_is_no_status_of_a_message():
    found = only(of(status("RINGING", id="wacid.1", type="call")))

    assert isinstance(found, Call)
    assert (found.event, found.from_customer, found.party.phone) == ("ringing", False, "+6281234500001")


def test_the_order_of_a_body_is_kept():
    found = read(of(status("read"), status("sent"), status("delivered"))).events

    assert [event.status for event in found] == [DeliveryStatus.READ, DeliveryStatus.SENT, DeliveryStatus.DELIVERED]
