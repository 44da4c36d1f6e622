"""Kapso's own bodies."""

import pytest

from messaging.channels.whatsapp.events import (
    AccountNotice,
    Echo,
    InboundMessage,
    Kind,
    Party,
    Preference,
    Reaction,
    Status,
    UserIdChanged,
)
from messaging.tests.channels.whatsapp.bodies import events, message, only, read, with_messages

NUMBER = "771100220033"
RECEIVED = {"X-Webhook-Event": "whatsapp.message.received", "X-Webhook-Payload-Version": "v2"}


def known(direction="inbound", origin="cloud_api", **more):
    return {"direction": direction, "origin": origin, "status": "received", "has_media": False, **more}


def single(message, **conversation):
    talk = {"id": "c1", "phone_number": "+6281234500001", "phone_number_id": NUMBER, "kapso": {"contact_name": "Sari"}}
    return {"message": message, "conversation": talk | conversation, "phone_number_id": NUMBER}


def statuses(*names):
    return [{"id": "wamid.K1", "status": name, "timestamp": "1767225600", "recipient_id": "628"} for name in names]


def named(event):
    return {"X-Webhook-Event": event}


def text(**more):
    return {"id": "wamid.K1", "timestamp": "1767225600", "type": "text", "text": {"body": "Halo"}, **more}


def test_a_received_message():
    found = only(single(text(kapso=known())), RECEIVED)

    assert isinstance(found, InboundMessage)
    assert (found.external_id, found.text, found.phone_number_id) == ("wamid.K1", "Halo", NUMBER)
    assert found.sender == Party(phone="+6281234500001", profile_name="Sari")


def test_a_message_from_somebody_whose_phone_is_hidden():
    hidden = {"phone_number": None, "business_scoped_user_id": "ID.7"}
    written = text(kapso=known(), **{"from": None, "from_user_id": "ID.7", "username": "@sari"})

    assert only(single(written, **hidden), RECEIVED).sender == Party(
        user_id="ID.7", profile_name="Sari", username="sari"
    )


def test_a_batch_by_its_mark_and_by_its_header():
    items = [single(text(id=f"k{n}", kapso=known())) for n in range(3)]
    marked = {"type": "whatsapp.message.received", "batch": True, "data": items, "batch_info": {"size": 3}}

    by_mark = events(marked)
    by_header = events({"data": items}, RECEIVED | {"X-Webhook-Batch": "true"})

    assert [event.external_id for event in by_mark] == ["k0", "k1", "k2"]
    assert by_mark == by_header
    assert len(events(marked | {"data": items[0]})) == 1


def test_a_file_takes_what_kapso_keeps_apart_from_it():
    data = {"url": "https://api.kapso.ai/m/1", "filename": "struk.jpg", "content_type": "image/jpeg", "byte_size": 9}
    image = text(type="image", image={"id": "9", "caption": "Struk", "mime_type": None})

    found = only(single(image | {"kapso": known(has_media=True, media_data=data)}), RECEIVED)

    assert (found.kind, found.text) == (Kind.IMAGE, "Struk")
    media = found.media
    assert (media.id, media.mime_type, media.filename) == ("9", "image/jpeg", "struk.jpg")
    assert media.url == "https://api.kapso.ai/m/1"


@pytest.mark.parametrize("name", ["sent", "delivered", "read", "failed"])
def test_what_became_of_a_message(name):
    written = text(kapso=known("outbound", statuses=statuses("sent", name)))

    found = events(single(written), named(f"whatsapp.message.{name}"))

    assert all(isinstance(event, Status) for event in found)
    assert [event.status for event in found] == ["sent", name]
    assert {event.external_id for event in found} == {"wamid.K1"}


def test_what_became_of_a_message_without_a_list_of_statuses():
    found = only(single(text(kapso=known("outbound"))), named("whatsapp.message.delivered"))

    assert (found.status, found.external_id, found.recipient.phone) == ("delivered", "wamid.K1", "+6281234500001")


def test_what_we_sent_ourselves_is_no_echo():
    """Its row is ours already; the status may come before our own call has returned its id."""
    assert isinstance(only(single(text(kapso=known("outbound"))), named("whatsapp.message.sent")), Status)


def test_what_the_business_wrote_on_its_phone():
    found = only(single(text(kapso=known("outbound", "business_app"))), named("whatsapp.message.sent"))

    assert isinstance(found, Echo)
    assert (found.recipient.phone, found.backfill) == ("+6281234500001", False)


@pytest.mark.parametrize(("direction", "kind"), [("inbound", InboundMessage), ("outbound", Echo)])
def test_what_was_written_before(direction, kind):
    event = "received" if direction == "inbound" else "sent"

    found = only(single(text(kapso=known(direction, "history_sync"))), named(f"whatsapp.message.{event}"))

    assert isinstance(found, kind)
    assert found.backfill is True


def test_a_reaction():
    reaction = text(type="reaction", reaction={"message_id": "wamid.OUT1", "emoji": "👍"}, kapso=known())

    found = only(single(reaction), RECEIVED)

    assert isinstance(found, Reaction)
    assert (found.target_id, found.emoji) == ("wamid.OUT1", "👍")


def test_the_direction_tells_when_the_event_is_not_named():
    assert isinstance(only(single(text(kapso=known()))), InboundMessage)
    assert isinstance(only(single(text(kapso=known("outbound", statuses=statuses("read"))))), Status)


@pytest.mark.parametrize(("chosen", "opted_out"), [("stopped", True), ("resumed", False)])
def test_a_marketing_preference(chosen, opted_out):
    preference = {"status": chosen, "detail": "d", "occurred_at": "2026-01-01T00:00:00Z"}
    body = {"contact": {"wa_id": "6281234500001"}, "marketing_preference": preference, "phone_number_id": NUMBER}

    found = only(body, named("whatsapp.contact.marketing_preference_changed"))

    assert isinstance(found, Preference)
    assert (found.party.phone, found.opted_out, found.phone_number_id) == ("+6281234500001", opted_out, NUMBER)


def test_a_new_user_id():
    contact = {"wa_id": "6281234500001", "business_scoped_user_id": "ID.2"}
    body = {"contact": contact, "previous": {"business_scoped_user_id": "ID.1"}, "phone_number_id": NUMBER}

    found = only(body, named("whatsapp.contact.identity_changed"))

    assert isinstance(found, UserIdChanged)
    assert (found.phone, found.previous, found.current) == ("+6281234500001", "ID.1", "ID.2")


@pytest.mark.parametrize(
    ("event", "is_alert"),
    [
        ("whatsapp.conversation.created", False),
        ("whatsapp.conversation.inactive", False),
        ("whatsapp.phone_number.created", False),
        ("whatsapp.phone_number.deleted", True),
        ("workflow.execution.failed", True),
    ],
)
def test_events_that_only_tell(event, is_alert):
    found = only({"phone_number_id": NUMBER, "project": {"id": "p"}}, named(event))

    assert isinstance(found, AccountNotice)
    assert (found.field, found.is_alert, found.phone_number_id) == (event, is_alert, NUMBER)


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ({"message": text(), "whatsapp_config": {"id": 1}}, {}),
        (single(text(kapso=known())), RECEIVED | {"X-Webhook-Payload-Version": "v1"}),
    ],
)
def test_version_1_is_refused_in_words(body, headers):
    assert read(body, headers).reasons == ("Kapso's payload version 1 is not read; set the webhook to version v2.",)


def test_metas_own_body_passes_unchanged():
    forwarded = with_messages(message())

    assert events(forwarded, {"X-Idempotency-Key": "k", "X-Webhook-Event": "whatsapp"}) == events(forwarded)


@pytest.mark.parametrize("body", [{"data": [7, None]}, {"data": "x", "batch": True}, {"message": 7}, {"contact": []}])
def test_what_cannot_be_read_is_kept_with_its_reason(body):
    parsed = read(body, RECEIVED)

    assert len(parsed.reasons) == len(parsed.events) > 0 or parsed.events[0].field == "whatsapp.message.received"
