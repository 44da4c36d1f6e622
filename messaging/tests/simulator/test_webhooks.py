"""Webhooks: signed over the very bytes, repeated until 200, duplicated and reordered on demand."""

import hashlib
import hmac
import json

from messaging.simulator.provider.signing import sign


def test_the_signature_covers_the_raw_body(provider, maya, product):
    maya.sends_text("Kopi/teh ☕")
    provider.settle()

    (request,) = product.heard
    digest = hmac.new(b"the secret", request.body, hashlib.sha256).hexdigest()
    assert request.headers["x-hub-signature-256"] == f"sha256={digest}"
    assert b"Kopi\\/teh \\u2615" in request.body
    assert product.messages[0]["text"]["body"] == "Kopi/teh ☕"


def test_a_gateway_signs_in_its_own_way(provider, account, maya, product):
    account.signature = "kapso"
    maya.sends_text("Pagi")
    provider.settle()

    (request,) = product.heard
    assert request.headers["x-webhook-signature"] == hmac.new(b"the secret", request.body, "sha256").hexdigest()
    assert "x-hub-signature-256" not in request.headers


def test_sign_is_the_same_function(provider, maya, product):
    maya.sends_text("Pagi")
    provider.settle()

    (request,) = product.heard
    assert sign("the secret", request.body)["X-Hub-Signature-256"] == request.headers["x-hub-signature-256"]


def test_the_envelope_is_meta_s(provider, maya, product):
    wamid = maya.sends_text("Pagi")
    provider.settle()

    body = json.loads(product.heard[0].body)
    (value,) = product.values
    assert body["object"] == "whatsapp_business_account"
    assert body["entry"][0]["id"] == "900800700"
    assert value["metadata"] == {"display_phone_number": "622150001000", "phone_number_id": "100200300"}
    assert value["contacts"] == [
        {"profile": {"name": "Maya Kusuma"}, "wa_id": "6281234567890", "user_id": "ID.6281234567890"}
    ]
    assert value["messages"][0]["id"] == wamid
    assert value["messages"][0]["from"] == "6281234567890"


def test_it_is_repeated_with_the_same_bytes_until_200(provider, maya, product):
    product.answers = [500, 503]

    maya.sends_text("Pagi")
    provider.settle()

    assert len(product.heard) == 3
    assert len({request.body for request in product.heard}) == 1
    assert [event["kind"] for event in maya.chat.events] == [
        "customer_sent",
        "webhook_refused",
        "webhook_refused",
        "webhook_accepted",
    ]


def test_it_is_given_up_after_the_last_pause(provider, maya, product):
    product.answers = [500] * 9

    maya.sends_text("Pagi")
    provider.settle()

    assert len(product.heard) == 3
    assert provider.ledger()[-1]["kind"] == "webhook_given_up"


def test_a_product_that_is_down_is_tried_again(provider, account, maya, product):
    right, account.webhook_url = account.webhook_url, "http://127.0.0.1:9/"
    wamid = maya.sends_text("Pagi")
    account.webhook_url = right
    provider.settle()

    assert [message["id"] for message in product.messages] == [wamid]


def test_duplicates_carry_the_same_body(provider, maya, product):
    provider.duplicate_webhooks(copies=3)

    maya.sends_text("one")
    maya.sends_text("two")
    provider.settle()

    bodies = [message["text"]["body"] for message in product.messages]
    assert sorted(bodies) == ["one", "one", "one", "two"]


def test_reordered_webhooks_arrive_last_first(provider, maya, product):
    provider.reorder_webhooks(3)

    sent = [maya.sends_text(words) for words in ("a", "b", "c")]
    provider.settle()

    assert [message["id"] for message in product.messages] == sent[::-1]


def test_a_reordering_that_never_fills_is_released(provider, maya, product):
    provider.reorder_webhooks(3)

    maya.sends_text("alone")
    provider.settle()

    assert len(product.messages) == 1


def test_any_value_can_be_sent(provider, maya, product):
    maya.sends_value({"event": "APPROVED", "message_template_name": "hello"}, field="message_template_status_update")
    provider.settle()

    (request,) = product.heard
    (change,) = json.loads(request.body)["entry"][0]["changes"]
    assert change == {
        "field": "message_template_status_update",
        "value": {"event": "APPROVED", "message_template_name": "hello"},
    }


def test_the_handshake(provider, account):
    provider.verify(account)
