"""What a customer can send, as the webhook tells it."""

import base64
import hashlib
import json
from datetime import UTC, datetime

import pytest

from messaging.simulator.provider import samples
from messaging.simulator.provider.errors import GraphError

MAYA = "+6281234567890"


@pytest.fixture
def heard(provider, product):
    """Gives the message that came last into the outbox, once it has arrived; they may overtake each other."""

    def last() -> dict:
        assert provider.settle()
        body = [line["body"] for line in provider.ledger() if line["kind"] == "webhook"][-1]
        (arrived,) = [request for request in product.heard if request.body.decode() == body]
        return json.loads(arrived.body)["entry"][0]["changes"][0]["value"]["messages"][0]

    return last


def test_words_with_a_time_of_their_own(maya, heard):
    maya.sends_text("Pagi", at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))

    assert heard()["timestamp"] == "1767323045"


@pytest.mark.parametrize(
    ("send", "kind", "mime_type", "told"),
    [
        (lambda phone: phone.sends_image(caption="Kopi"), "image", "image/jpeg", {"caption": "Kopi"}),
        (lambda phone: phone.sends_video(), "video", "video/mp4", {}),
        (lambda phone: phone.sends_voice(), "audio", "audio/ogg; codecs=opus", {"voice": True}),
        (lambda phone: phone.sends_audio(), "audio", "audio/mpeg", {"voice": False}),
        (lambda phone: phone.sends_document(), "document", "application/pdf", {"filename": "receipt.pdf"}),
        (lambda phone: phone.sends_sticker(), "sticker", "image/webp", {"animated": False}),
    ],
)
def test_a_file_can_be_fetched_by_what_the_webhook_says(api, provider, maya, heard, send, kind, mime_type, told):
    send(maya)

    content = heard()[kind]
    facts = api.get(f"/{content['id']}").json()
    body = api.get(facts["url"]).content
    assert heard()["type"] == kind
    assert content["mime_type"] == mime_type
    assert {key: content[key] for key in told} == told
    assert base64.b64decode(content["sha256"]) == hashlib.sha256(body).digest()
    assert api.get(content["url"]).content == body


def test_a_place(maya, heard):
    maya.sends_location(-6.9, 107.6, name="Kedai")

    assert heard()["location"] == {"latitude": -6.9, "longitude": 107.6, "name": "Kedai"}


def test_a_card(maya, heard):
    maya.sends_contacts("Pak Joko", "+62 811")

    (card,) = heard()["contacts"]
    assert card["name"]["formatted_name"] == "Pak Joko"
    assert card["phones"] == [{"phone": "+62 811", "type": "CELL", "wa_id": "62811"}]


def test_a_quote_names_whose_message_it_is(api, provider, maya, heard):
    mine = maya.sends_text("Pagi")
    maya.sends_text("lagi", quotes=mine)
    assert heard()["context"] == {"from": "6281234567890", "id": mine}

    body = {"messaging_product": "whatsapp", "to": MAYA, "type": "text", "text": {"body": "Ya"}}
    theirs = api.post("/100200300/messages", json=body).json()["messages"][0]["id"]
    provider.settle()
    maya.sends_text("oke", quotes=theirs)
    assert heard()["context"] == {"from": "622150001000", "id": theirs}


def test_forwarded(maya, heard):
    maya.sends_text("berita", forwarded=True)

    assert heard()["context"] == {"forwarded": True}


def test_a_reaction_and_its_removal(maya, heard):
    wamid = maya.sends_text("Pagi")

    maya.reacts(wamid, "👍")
    assert heard()["reaction"] == {"message_id": wamid, "emoji": "👍"}

    maya.reacts(wamid, "")
    assert heard()["reaction"] == {"message_id": wamid}


def test_an_edit_and_a_deletion(maya, heard):
    wamid = maya.sends_text("Pagi")

    maya.edits(wamid, "Siang")
    edit = heard()["edit"]
    assert edit == {"original_message_id": wamid, "message": {"type": "text", "text": {"body": "Siang"}}}

    maya.deletes(wamid)
    assert heard()["revoke"] == {"original_message_id": wamid}
    assert (maya.seen(wamid).edited, maya.seen(wamid).deleted) == (True, True)


def test_only_own_messages_can_be_edited(api, maya):
    maya.sends_text("Pagi")
    body = {"messaging_product": "whatsapp", "to": MAYA, "type": "text", "text": {"body": "Ya"}}
    theirs = api.post("/100200300/messages", json=body).json()["messages"][0]["id"]

    with pytest.raises(GraphError):
        maya.edits(theirs, "Tidak")


def test_buttons_of_an_interactive_message(api, provider, maya, heard):
    maya.sends_text("Pagi")
    buttons = [{"type": "reply", "reply": {"id": f"id-{title}", "title": title}} for title in ("Ya", "Tidak")]
    interactive = {"type": "button", "body": {"text": "Jadi?"}, "action": {"buttons": buttons}}
    body = {"messaging_product": "whatsapp", "to": MAYA, "type": "interactive", "interactive": interactive}
    wamid = api.post("/100200300/messages", json=body).json()["messages"][0]["id"]

    provider.settle()
    maya.presses(wamid, "Tidak")

    assert heard()["interactive"] == {"type": "button_reply", "button_reply": {"id": "id-Tidak", "title": "Tidak"}}
    assert heard()["context"] == {"from": "622150001000", "id": wamid}


def test_rows_of_a_list(api, provider, maya, heard):
    maya.sends_text("Pagi")
    rows = [{"id": "s", "title": "Small"}, {"id": "l", "title": "Large", "description": "500 g"}]
    action = {"button": "Choose", "sections": [{"title": "Sizes", "rows": rows}]}
    interactive = {"type": "list", "body": {"text": "Which?"}, "action": action}
    body = {"messaging_product": "whatsapp", "to": MAYA, "type": "interactive", "interactive": interactive}
    wamid = api.post("/100200300/messages", json=body).json()["messages"][0]["id"]

    provider.settle()
    maya.picks(wamid, "l")

    reply = {"id": "l", "title": "Large", "description": "500 g"}
    assert heard()["interactive"] == {"type": "list_reply", "list_reply": reply}


def test_quick_replies_of_a_template_carry_its_payload(api, provider, maya, heard):
    button = {"type": "button", "sub_type": "quick_reply", "index": "0"}
    components = [
        {"type": "body", "parameters": [{"type": "text", "text": "EO-7"}, {"type": "text", "text": "outcome"}]},
        {**button, "parameters": [{"type": "payload", "payload": "a.signed.token"}]},
    ]
    template = {"name": "approval_request", "language": {"code": "en"}, "components": components}
    body = {"messaging_product": "whatsapp", "to": MAYA, "type": "template", "template": template}
    wamid = api.post("/100200300/messages", json=body).json()["messages"][0]["id"]

    provider.settle()
    maya.presses(wamid, "Approve")

    assert heard()["button"] == {"text": "Approve", "payload": "a.signed.token"}
    assert maya.seen(wamid).content["body"] == "EO-7: may we move your ticket to outcome?"


def test_a_new_number_is_told_from_the_old_one(provider, maya, product, heard):
    maya.sends_text("Pagi")

    maya.changes_number("+62899")

    message = heard()
    assert message["from"] == "6281234567890"
    assert message["system"]["type"] == "user_changed_number"
    assert message["system"]["wa_id"] == "62899"
    assert "contacts" not in next(value for value in product.values if value["messages"][0]["type"] == "system")
    maya.sends_text("Ini aku")
    assert heard()["from"] == "62899"


def test_a_customer_without_a_number(provider, maya, product, heard):
    shy = provider.customer("", user_id="ID.13491208655302741918", name="Shy")

    shy.sends_text("Halo")

    assert "from" not in heard()
    assert heard()["from_user_id"] == "ID.13491208655302741918"
    assert "wa_id" not in product.values[-1]["contacts"][0]


def test_a_type_that_nobody_knows(maya, heard):
    errors = [{"code": 131051, "title": "Message type unknown"}]

    maya.sends("unsupported", {"type": "poll"}, errors=errors)

    assert heard()["errors"] == errors
    assert heard()["unsupported"] == {"type": "poll"}


def test_samples_are_small():
    for sample in (samples.picture(), samples.sticker(), samples.voice(), samples.pdf(), samples.video()):
        assert 100 < len(sample) < 30_000
