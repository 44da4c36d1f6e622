"""Every type of message, as it arrives and as it is shown."""

import json

import pytest

from messaging.channels.whatsapp.events import InboundMessage, Kind, MediaRef, Unhandled
from messaging.tests.channels.whatsapp.bodies import NUMBER_ID, SENT_AT, WABA, message, only, read, with_messages

FLOW = {
    "flow_token": "t",
    "screen_0_Full_name_0": "Sari",
    "agree": True,
    "days": ["Mon", "Tue"],
    "at": {"city": "Solo"},
}
SHOWN = [
    ("text", {"body": "Halo\nKak"}, Kind.TEXT, "Halo\nKak"),
    ("text", {"body": ""}, Kind.TEXT, ""),
    ("text", "Halo", Kind.TEXT, "Halo"),
    (
        "location",
        {"latitude": -6.2, "longitude": 106.8, "name": "Monas", "address": "Gambir"},
        Kind.LOCATION,
        "Monas\nGambir",
    ),
    ("location", {"latitude": "-6.2", "longitude": 106}, Kind.LOCATION, "-6.2, 106.0"),
    (
        "contacts",
        [{"name": {"formatted_name": "Budi"}, "phones": [{"phone": "+62 811"}, {"wa_id": "62812"}]}],
        Kind.CONTACTS,
        "Budi: +62 811, 62812",
    ),
    (
        "contacts",
        [{"name": {"first_name": "Budi", "last_name": "S"}, "emails": [{"email": "b@x.id"}]}, {"name": "Ani"}],
        Kind.CONTACTS,
        "Budi S: b@x.id\nAni",
    ),
    ("interactive", {"type": "button_reply", "button_reply": {"id": "b1", "title": "Ya"}}, Kind.INTERACTIVE, "Ya"),
    ("interactive", {"button_reply": {"id": "b1"}}, Kind.INTERACTIVE, "b1"),
    (
        "interactive",
        {"type": "list_reply", "list_reply": {"id": "l1", "title": "Pagi", "description": "08–10"}},
        Kind.INTERACTIVE,
        "Pagi\n08–10",
    ),
    (
        "interactive",
        {"type": "nfm_reply", "nfm_reply": {"name": "flow", "body": "Sent", "response_json": json.dumps(FLOW)}},
        Kind.INTERACTIVE,
        "Full name: Sari\nagree: yes\ndays: Mon, Tue\nat: city: Solo",
    ),
    (
        "interactive",
        {"type": "nfm_reply", "nfm_reply": {"name": "flow", "body": "Sent", "response_json": "not json"}},
        Kind.INTERACTIVE,
        "response: not json",
    ),
    ("interactive", {"type": "nfm_reply", "nfm_reply": {"name": "flow", "body": "Sent"}}, Kind.INTERACTIVE, "Sent"),
    (
        "interactive",
        {"type": "call_permission_reply", "call_permission_reply": {"response": "accept"}},
        Kind.INTERACTIVE,
        "Allowed calls.",
    ),
    ("interactive", {"type": "call_permission_reply"}, Kind.INTERACTIVE, "call permission reply"),
    (
        "interactive",
        {"type": "payment_method", "payment_method": {"payment_method": "upi"}},
        Kind.INTERACTIVE,
        "Payment method: upi",
    ),
    ("interactive", {"type": "from_next_year", "from_next_year": {"title": "Baru"}}, Kind.INTERACTIVE, "Baru"),
    ("interactive", {"type": "from_next_year"}, Kind.INTERACTIVE, "from next year"),
    ("button", {"text": "Ya, lanjut", "payload": "p1"}, Kind.BUTTON, "Ya, lanjut"),
    ("button", {"payload": "p1"}, Kind.BUTTON, "p1"),
    (
        "order",
        {
            "text": "Tolong",
            "catalog_id": "c",
            "product_items": [{"product_retailer_id": "KOPI-1", "quantity": 2, "item_price": 15000, "currency": "IDR"}],
        },
        Kind.ORDER,
        "Tolong\n2 × KOPI-1, 15000 IDR",
    ),
    (
        "system",
        {"body": "Sari's security code changed", "type": "customer_identity_changed", "wa_id": "6281234500009"},
        Kind.SYSTEM,
        "Sari's security code changed",
    ),
    ("system", {"type": "something_new"}, Kind.SYSTEM, "something new"),
    ("request_welcome", None, Kind.SYSTEM, "Opened the chat for the first time."),
    ("unsupported", {"type": "poll"}, Kind.UNSUPPORTED, "Unsupported message: poll"),
    ("unsupported", None, Kind.UNSUPPORTED, "Unsupported message"),
    ("unknown", None, Kind.UNSUPPORTED, "Unsupported message"),
    ("interactive", None, Kind.UNSUPPORTED, "Unsupported message: interactive"),
    ("image", None, Kind.UNSUPPORTED, "Unsupported message: image"),
]


@pytest.mark.parametrize(("kind", "body", "shown_kind", "text"), SHOWN)
def test_a_message_becomes_something_readable(kind, body, shown_kind, text):
    found = only(with_messages(message(kind, body)))

    assert isinstance(found, InboundMessage)
    assert (found.kind, found.text) == (shown_kind, text)
    assert (found.external_id, found.phone_number_id, found.waba_id) == ("wamid.IN1", NUMBER_ID, WABA)
    assert found.sender.phone == "+6281234500001"
    assert found.provider_time == SENT_AT


@pytest.mark.parametrize(
    ("kind", "body", "shown_kind", "text", "media"),
    [
        (
            "image",
            {"id": "9", "mime_type": "image/jpeg", "sha256": "aGk=", "caption": "Struk"},
            Kind.IMAGE,
            "Struk",
            MediaRef(id="9", mime_type="image/jpeg", sha256="aGk="),
        ),
        (
            "video",
            {"id": 9, "mime_type": "video/mp4", "url": "https://x.test/v"},
            Kind.VIDEO,
            "",
            MediaRef(id="9", mime_type="video/mp4", url="https://x.test/v"),
        ),
        (
            "audio",
            {"id": "9", "mime_type": "audio/ogg; codecs=opus", "voice": True},
            Kind.VOICE,
            "",
            MediaRef(id="9", mime_type="audio/ogg", voice=True),
        ),
        (
            "audio",
            {"id": "9", "mime_type": "Audio/MPEG", "voice": False},
            Kind.AUDIO,
            "",
            MediaRef(id="9", mime_type="audio/mpeg"),
        ),
        (
            "document",
            {"id": "9", "mime_type": "application/pdf", "filename": "faktur 1.pdf"},
            Kind.DOCUMENT,
            "",
            MediaRef(id="9", mime_type="application/pdf", filename="faktur 1.pdf"),
        ),
        (
            "sticker",
            {"id": "9", "mime_type": "image/webp", "animated": True},
            Kind.STICKER,
            "",
            MediaRef(id="9", mime_type="image/webp", animated=True),
        ),
        ("image", {"link": "https://x.test/i"}, Kind.IMAGE, "", MediaRef(url="https://x.test/i")),
    ],
)
def test_a_file_names_what_is_to_be_fetched(kind, body, shown_kind, text, media):
    found = only(with_messages(message(kind, body)))

    assert (found.kind, found.text, found.media) == (shown_kind, text, media)


def test_an_address_that_is_too_long_to_be_one_is_dropped():
    assert only(with_messages(message("image", {"id": "9", "url": "https://x.test/" + "a" * 4_000}))).media.url == ""


def test_a_file_without_an_id_keeps_its_caption_and_the_reason():
    shown, doubt = read(with_messages(message("image", {"caption": "Struk"}))).events

    assert (shown.kind, shown.text) == (Kind.UNSUPPORTED, "Struk")
    assert shown.payload["message"]["image"] == {"caption": "Struk"}
    assert doubt == Unhandled(
        reason="The image of the message is not what its type promises.",
        where="entry[0].changes[0].value[0].messages[0]",
        phone_number_id=NUMBER_ID,
        waba_id=WABA,
    )


def test_a_type_from_the_future_is_shown_and_named():
    shown, doubt = read(with_messages(message("hologram", {"beam": 1}))).events

    assert (shown.kind, shown.text) == (Kind.UNSUPPORTED, "Unsupported message: hologram")
    assert shown.payload["message"]["hologram"] == {"beam": 1}
    assert doubt.reason == "The message type 'hologram' is not one we know."


@pytest.mark.parametrize("named", [None, "", 7, "hologram", "image"])
def test_a_missing_or_wrong_type_is_found_by_the_object(named):
    found = only(with_messages(message(type=named)))

    assert (found.kind, found.text) == (Kind.TEXT, "Selamat pagi")


def test_why_the_provider_could_not_deliver_is_said():
    too_large = [{"code": 131052, "title": "Media download error", "error_data": {"details": "File is over 100 MB"}}]
    generic = [{"code": 131051, "title": "Message type unknown"}]

    assert only(with_messages(message("video", None, errors=too_large))).text == (
        "Unsupported message: video (File is over 100 MB)"
    )
    assert only(with_messages(message("unsupported", None, errors=generic))).text == "Unsupported message"


def test_the_context_of_a_message_is_kept():
    referral = {"source_type": "ad", "headline": "Promo", "ctwa_clid": "c1", "welcome_message": {"text": "Hai"}}
    context = {"from": "622150996000", "id": "wamid.OLD", "forwarded": True, "referred_product": {"catalog_id": "c"}}

    found = only(with_messages(message(context=context, referral=referral, group_id="g1")))

    assert (found.quoted_id, found.forwarded, found.referral) == ("wamid.OLD", True, referral)
    assert (found.payload, found.group_id) == ({"referred_product": {"catalog_id": "c"}}, "g1")


def test_a_message_that_was_forwarded_often_was_forwarded():
    assert only(with_messages(message(context={"frequently_forwarded": True}))).forwarded is True


def test_a_message_does_not_quote_itself():
    assert only(with_messages(message(context={"id": "wamid.IN1"}))).quoted_id == ""


def test_a_number_that_was_shared_on_request_is_marked():
    card = {"name": {"formatted_name": "Sari"}, "phones": [{"wa_id": "62813"}], "origin": "contact_request"}

    assert only(with_messages(message("contacts", [card]))).payload["shared_own_number"] is True


def test_a_reply_carries_what_the_button_was_made_of():
    reply = {"type": "list_reply", "list_reply": {"id": "slot-2", "title": "Pagi", "description": "08–10"}}

    found = only(with_messages(message("interactive", reply)))

    assert found.payload == {"type": "list_reply", "id": "slot-2", "title": "Pagi", "description": "08–10"}


def test_a_message_without_an_id_gets_the_same_one_each_time():
    one, again = (only(with_messages(message(id=missing))).external_id for missing in (None, None))
    other = only(with_messages(message(id=None, body={"body": "Sore"}))).external_id

    assert one == again != other


def test_nobody_to_answer_is_kept_with_its_reason():
    parsed = read(with_messages({"id": "wamid.IN1", "type": "text", "text": {"body": "?"}}, contacts=()))

    assert parsed.reasons == ("entry[0].changes[0].value[0].messages[0]: The message names no sender.",)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1767225600", "2026-01-01T00:00:00+00:00"),
        (1767225600, "2026-01-01T00:00:00+00:00"),
        ("1767225600.5", "2026-01-01T00:00:00.500000+00:00"),
        (1767225600000, "2026-01-01T00:00:00+00:00"),
        ("1767225600000000", "2026-01-01T00:00:00+00:00"),
        ("2026-01-01T07:00:00+07:00", "2026-01-01T00:00:00+00:00"),
        ("2026-01-01T00:00:00.123456Z", "2026-01-01T00:00:00.123456+00:00"),
        ("2026-01-01T00:00:00", "2026-01-01T00:00:00+00:00"),
    ],
)
def test_times_come_in_many_spellings(written, read):
    assert only(with_messages(message(timestamp=written))).provider_time.isoformat() == read


@pytest.mark.parametrize(
    "absurd",
    [None, "", "soon", "0", "1", -5, "-1767225600", "9" * 19, 10**30, 1e300, True, [], {}, "0001-01-01T00:00:00+14:00"],
)
def test_an_absurd_time_is_none(absurd):
    assert only(with_messages(message(timestamp=absurd))).provider_time is None
