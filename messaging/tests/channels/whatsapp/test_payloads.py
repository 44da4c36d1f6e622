import pytest

from messaging.channels.whatsapp import payloads
from messaging.channels.whatsapp.events import Kind
from messaging.channels.whatsapp.payloads import ButtonParameter, Envelope, HeaderMedia, Parameter

TO = Envelope(phone="+6281234500001", callback_id="5f0c")
HEAD = {
    "messaging_product": "whatsapp",
    "recipient_type": "individual",
    "to": "+6281234500001",
    "biz_opaque_callback_data": "5f0c",
}


def test_a_text_with_a_quote():
    quoting = Envelope(phone="+6281234500001", callback_id="5f0c", quoted_id="wamid.IN1")

    assert payloads.text(quoting, "Baik") == HEAD | {
        "context": {"message_id": "wamid.IN1"},
        "type": "text",
        "text": {"body": "Baik", "preview_url": False},
    }


def test_a_user_id_goes_where_user_ids_go_and_a_phone_is_preferred():
    hidden = payloads.text(Envelope(user_id="ID.7"), "Baik")
    both = payloads.text(Envelope(phone="+6281234500001", user_id="ID.7"), "Baik")

    assert (hidden["recipient"], "to" in hidden) == ("ID.7", False)
    assert (both["to"], "recipient" in both) == ("+6281234500001", False)


@pytest.mark.parametrize(
    ("kind", "more", "name", "body"),
    [
        (Kind.IMAGE, {"caption": "Struk", "filename": "x.jpg"}, "image", {"id": "9", "caption": "Struk"}),
        (Kind.VIDEO, {}, "video", {"id": "9"}),
        (
            Kind.DOCUMENT,
            {"caption": "F", "filename": "f.pdf"},
            "document",
            {"id": "9", "caption": "F", "filename": "f.pdf"},
        ),
        (Kind.AUDIO, {"filename": "x.mp3"}, "audio", {"id": "9"}),
        (Kind.VOICE, {}, "audio", {"id": "9", "voice": True}),
        (Kind.STICKER, {}, "sticker", {"id": "9"}),
    ],
)
def test_a_file(kind, more, name, body):
    assert payloads.media(TO, kind, "9", **more) == HEAD | {"type": name, name: body}


@pytest.mark.parametrize("emoji", ["👍", ""])
def test_a_reaction_quotes_nothing(emoji):
    quoting = Envelope(phone="+6281234500001", callback_id="5f0c", quoted_id="wamid.IN1")

    assert payloads.reaction(quoting, "wamid.IN1", emoji) == HEAD | {
        "type": "reaction",
        "reaction": {"message_id": "wamid.IN1", "emoji": emoji},
    }


def test_reply_buttons():
    sent = payloads.reply_buttons(TO, "Setuju?", [("yes", "Ya"), ("no", "Tidak")])

    assert sent["interactive"] == {
        "type": "button",
        "body": {"text": "Setuju?"},
        "action": {
            "buttons": [
                {"type": "reply", "reply": {"id": "yes", "title": "Ya"}},
                {"type": "reply", "reply": {"id": "no", "title": "Tidak"}},
            ]
        },
    }


def test_a_template_with_everything():
    sent = payloads.template(
        TO,
        "order_update",
        "id",
        header=HeaderMedia(Kind.DOCUMENT, "9", "faktur.pdf"),
        body=(Parameter("Sari"), Parameter("12")),
        buttons=(ButtonParameter(0, "url", "o/12"), ButtonParameter(1, "quick_reply", "later")),
    )

    assert sent["template"] == {
        "name": "order_update",
        "language": {"code": "id"},
        "components": [
            {"type": "header", "parameters": [{"type": "document", "document": {"id": "9", "filename": "faktur.pdf"}}]},
            {"type": "body", "parameters": [{"type": "text", "text": "Sari"}, {"type": "text", "text": "12"}]},
            {"type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": "o/12"}]},
            {
                "type": "button",
                "sub_type": "quick_reply",
                "index": "1",
                "parameters": [{"type": "payload", "payload": "later"}],
            },
        ],
    }


def test_a_template_with_named_parameters():
    sent = payloads.template(TO, "hello", "id", header=Parameter("Toko", "shop"), body=(Parameter("Sari", "name"),))

    assert sent["template"]["components"] == [
        {"type": "header", "parameters": [{"type": "text", "parameter_name": "shop", "text": "Toko"}]},
        {"type": "body", "parameters": [{"type": "text", "parameter_name": "name", "text": "Sari"}]},
    ]


def test_a_template_without_parameters():
    assert payloads.template(TO, "hello", "en")["template"] == {"name": "hello", "language": {"code": "en"}}


def test_a_receipt_and_the_sign_that_somebody_writes():
    assert payloads.mark_read("wamid.IN1") == {
        "messaging_product": "whatsapp",
        "status": "read",
        "message_id": "wamid.IN1",
    }
    assert payloads.mark_read("wamid.IN1", typing=True)["typing_indicator"] == {"type": "text"}


@pytest.mark.parametrize(
    "build",
    [
        lambda: payloads.text(Envelope(), "x"),
        lambda: payloads.text(Envelope(phone="6281234500001"), "x"),
        lambda: payloads.text(TO, ""),
        lambda: payloads.text(TO, "x" * 4_097),
        lambda: payloads.text(Envelope(phone="+62", callback_id="x" * 513), "x"),
        lambda: payloads.media(TO, Kind.IMAGE, "9", caption="x" * 1_025),
        lambda: payloads.media(TO, Kind.AUDIO, "9", caption="x"),
        lambda: payloads.reply_buttons(TO, "?", [(str(n), "x") for n in range(4)]),
        lambda: payloads.reply_buttons(TO, "?", [("1", "x" * 21)]),
    ],
)
def test_what_the_provider_would_refuse_is_a_mistake_of_ours(build):
    with pytest.raises(AssertionError):
        build()
