"""What was written before a phone was connected."""

from messaging.channels.whatsapp.events import (
    AccountNotice,
    DeliveryStatus,
    Echo,
    InboundMessage,
    Kind,
    MediaRef,
    Party,
    Reaction,
)
from messaging.tests.channels.whatsapp.bodies import OWN, SARI, body, change, entry, events, message, only, read


def chunk(*threads):
    return body(
        entry(change("history", history=[{"metadata": {"phase": 0, "progress": 55}, "threads": list(threads)}]))
    )


def test_both_sides_of_a_thread():
    thread = {
        "id": "6281234500001",
        "context": {"wa_id": "6281234500001", "user_id": "ID.7", "username": "@sari"},
        "messages": [
            message(id="h1", history_context={"status": "READ"}, **{"from": OWN}),
            message(id="h2", history_context={"status": "READ"}),
            message("media_placeholder", id="h3", history_context={"status": "PENDING"}, **{"from": OWN}),
            message("reaction", {"message_id": "h1", "emoji": "🙏"}, id="h4"),
        ],
    }

    ours, theirs, placeholder, reaction = events(chunk(thread))

    sari = Party(phone="+6281234500001", user_id="ID.7", username="sari")
    assert isinstance(ours, Echo)
    assert (ours.recipient, ours.status, ours.backfill) == (sari, DeliveryStatus.READ, True)
    assert isinstance(theirs, InboundMessage)
    assert (theirs.sender, theirs.backfill) == (sari, True)
    assert (placeholder.kind, placeholder.status) == (Kind.UNSUPPORTED, None)
    assert placeholder.payload == {"type": "media_placeholder"}
    assert isinstance(reaction, Reaction)
    assert (reaction.party, reaction.backfill) == (sari, True)


def test_a_bad_message_does_not_take_its_thread_along():
    threads = [{"id": "6281234500001", "messages": [7, message(id="h1")]}, {"id": "2", "messages": [message(id="h2")]}]

    parsed = read(chunk(*threads))

    assert [event.external_id for event in parsed.events if isinstance(event, InboundMessage)] == ["h1", "h2"]
    assert parsed.reasons == ("entry[0].changes[0].value[0].history[0].threads[0].messages[0]: It is not an object.",)


def test_the_files_come_later():
    image = message("image", {"id": "9", "caption": "Struk"}, id="h3")
    sent = message("image", {"id": "10"}, id="h5", to=SARI["wa_id"], **{"from": OWN})

    theirs, ours = events(body(entry(change("history", messages=[image], message_echoes=[sent]))))

    assert isinstance(theirs, InboundMessage)
    assert (theirs.external_id, theirs.media, theirs.backfill) == ("h3", MediaRef(id="9"), True)
    assert isinstance(ours, Echo)
    assert (ours.recipient.phone, ours.backfill) == ("+6281234500001", True)


def test_a_history_that_is_not_shared():
    errors = [{"code": 2593109, "title": "History sync is turned off", "error_data": {"details": "Turned off"}}]

    found = only(body(entry(change("history", history=[{"errors": errors}]))))

    assert isinstance(found, AccountNotice)
    assert (found.code, found.text) == (2593109, "Turned off")
