"""`POST /{phone_number_id}/messages`: what is taken, what is refused, and with which code."""

from typing import Any

import httpx
import pytest

from messaging.simulator.provider import Provider

from .conftest import text_to

MAYA = "+6281234567890"


def send(api: httpx.Client, body: dict) -> httpx.Response:
    return api.post("/100200300/messages", json=body)


def error_of(reply: httpx.Response) -> tuple[int, int]:
    return reply.status_code, reply.json()["error"]["code"]


def test_a_text_is_accepted_as_meta_does(api, maya):
    maya.sends_text("Pagi")

    reply = send(api, text_to(MAYA))

    assert reply.status_code == 200
    assert reply.json()["contacts"] == [{"input": MAYA, "wa_id": "6281234567890", "user_id": "ID.6281234567890"}]
    assert reply.json()["messages"][0]["id"].startswith("wamid.")
    assert maya.received[-1].content == {"body": "Halo"}


def test_a_user_id_reaches_the_same_person(api, maya):
    maya.sends_text("Pagi")
    body = text_to()
    body["recipient"] = "ID.6281234567890"
    del body["to"]

    reply = send(api, body)

    assert reply.json()["contacts"][0]["wa_id"] == "6281234567890"
    assert len(maya.received) == 1


def test_the_version_may_be_left_out_and_a_gateway_prefix_is_taken(provider: Provider, account, maya):
    maya.sends_text("Pagi")

    for path in ("/100200300/messages", "/meta/whatsapp/v24.0/100200300/messages"):
        reply = httpx.post(provider.url + path, json=text_to(), headers={"X-API-Key": account.token})
        assert reply.status_code == 200


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer wrong"}, {"X-API-Key": "wrong"}])
def test_a_wrong_token_is_190(provider, account, header):
    reply = httpx.post(f"{provider.url}/v24.0/100200300/messages", json=text_to(), headers=header)

    assert error_of(reply) == (401, 190)


def test_an_unknown_number_is_100_33(api):
    reply = api.post("/111/messages", json=text_to())

    assert error_of(reply) == (400, 100)
    assert reply.json()["error"]["error_subcode"] == 33


def test_outside_the_window_only_templates_pass(api, provider, maya):
    maya.sends_text("Pagi")
    maya.jumps(25)

    refused = send(api, text_to(biz_opaque_callback_data="one"))
    template = {"name": "hello", "language": {"code": "en"}}
    taken = send(api, {"messaging_product": "whatsapp", "to": MAYA, "type": "template", "template": template})

    assert error_of(refused) == (400, 131047)
    assert taken.status_code == 200
    assert taken.json()["messages"][0]["message_status"] == "accepted"
    assert [(line["code"], line["callback"]) for line in provider.ledger() if line["kind"] == "refused"] == [
        (131047, "one")
    ]


def test_who_never_wrote_is_outside_the_window(api):
    assert error_of(send(api, text_to("+62811"))) == (400, 131047)


WRONG_BODIES: dict[str, tuple[dict[str, Any], int]] = {
    "no product": ({"messaging_product": None}, 100),
    "no recipient": ({"to": ""}, 100),
    "unknown type": ({"type": "poll"}, 100),
    "no text": ({"text": {}}, 100),
    "long text": ({"text": {"body": "x" * 4097}}, 100),
    "text that is a list": ({"text": ["x"]}, 100),
    "long callback": ({"biz_opaque_callback_data": "x" * 513}, 100),
    "quote of nothing": ({"context": {"message_id": ""}}, 100),
    "to itself": ({"to": "+622150001000"}, 131021),
    "unknown media": ({"type": "image", "image": {"id": "123"}}, 100),
    "id and link": ({"type": "image", "image": {"id": "1", "link": "https://example.com/a.png"}}, 100),
    "caption on a voice note": ({"type": "audio", "audio": {"link": "https://example.com/a.ogg", "caption": "x"}}, 100),
    "place without degrees": ({"type": "location", "location": {"latitude": "north", "longitude": 1}}, 100),
    "card without name": ({"type": "contacts", "contacts": [{"phones": []}]}, 100),
    "reaction without target": ({"type": "reaction", "reaction": {"emoji": "👍"}}, 100),
    "reaction to a stranger": ({"type": "reaction", "reaction": {"message_id": "wamid.x", "emoji": "👍"}}, 131009),
    "four buttons": (
        {
            "type": "interactive",
            "interactive": {
                "type": "button",
                "body": {"text": "?"},
                "action": {"buttons": [{"reply": {"id": str(n), "title": str(n)}} for n in range(4)]},
            },
        },
        131009,
    ),
    "twice the same button": (
        {
            "type": "interactive",
            "interactive": {
                "type": "button",
                "body": {"text": "?"},
                "action": {"buttons": [{"reply": {"id": "1", "title": "a"}}, {"reply": {"id": "1", "title": "b"}}]},
            },
        },
        131009,
    ),
    "row title too long": (
        {
            "type": "interactive",
            "interactive": {
                "type": "list",
                "body": {"text": "?"},
                "action": {"button": "Pick", "sections": [{"rows": [{"id": "1", "title": "x" * 25}]}]},
            },
        },
        131009,
    ),
    "no language": ({"type": "template", "template": {"name": "hello"}}, 100),
}


@pytest.mark.parametrize("name", WRONG_BODIES)
def test_a_wrong_body_is_refused_by_its_code(api, provider, maya, name):
    change, code = WRONG_BODIES[name]
    maya.sends_text("Pagi")

    reply = send(api, text_to() | change)

    assert error_of(reply) == (400, code)
    assert maya.received == []
    assert not [line for line in provider.ledger() if line["kind"] == "send"]


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff"])
def test_a_body_that_is_no_json_object_is_100(api, body):
    assert error_of(api.post("/100200300/messages", content=body)) == (400, 100)


def test_a_reaction_shows_on_its_message_and_can_be_taken_back(api, maya):
    wamid = maya.sends_text("Pagi")
    reaction = {"messaging_product": "whatsapp", "to": MAYA, "type": "reaction"}

    send(api, reaction | {"reaction": {"message_id": wamid, "emoji": "👍"}})
    assert maya.seen(wamid).reactions == {"business": "👍"}

    send(api, reaction | {"reaction": {"message_id": wamid, "emoji": ""}})
    assert maya.seen(wamid).reactions == {"business": ""}


def test_a_read_mark_reads_all_before_it_and_typing_shows(api, provider, maya):
    first, second, third = (maya.sends_text(words) for words in ("a", "b", "c"))
    mark = {"messaging_product": "whatsapp", "status": "read", "message_id": second}

    reply = send(api, mark | {"typing_indicator": {"type": "text"}})

    assert reply.json() == {"success": True}
    assert [maya.seen(wamid).status for wamid in (first, second)] == ["read", "read"]
    assert maya.seen(third).status != "read"
    assert maya.chat.typing_until > 0
    assert [line["typing"] for line in provider.ledger() if line["kind"] == "mark"] == [True]


def test_a_read_mark_of_an_unknown_message_is_131009(api):
    mark = {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.none"}

    assert error_of(send(api, mark)) == (400, 131009)


def test_the_facts_of_a_number(api):
    facts = api.get("/100200300", params={"fields": "display_phone_number,verified_name"}).json()

    assert facts == {"id": "100200300", "display_phone_number": "+622150001000", "verified_name": "Kopi Lereng"}


def test_subscribing_shakes_hands_first(api, provider, account, product):
    body = {"override_callback_uri": product.url + "?new", "verify_token": "shibboleth"}

    assert api.post("/900800700/subscribed_apps", json=body).json() == {"success": True}
    assert account.webhook_url == product.url + "?new"

    body["verify_token"] = "wrong"
    refused = api.post("/900800700/subscribed_apps", json=body | {"override_callback_uri": product.url})
    assert error_of(refused) == (400, 2200)
    assert account.webhook_url == product.url + "?new"
    assert api.get("/900800700/subscribed_apps").json()["data"]


def test_what_is_no_call_of_the_api_is_404(api):
    assert api.delete("/100200300/messages").status_code == 404
