"""The provider's door: who may come in, what is stored, and what is answered."""

import hashlib
import hmac
import io
import json
from typing import Any

import pytest
from django.conf import settings

from conftest import add_channel, as_owner
from helpdesk.accounts.tenancy import system_scope, workspace_scope
from messaging.actions.intake import drain
from messaging.models import Message, WebhookDelivery
from messaging.tests.bodies import envelope, post, signature, text_message
from messaging.tests.scenes import jobs

pytestmark = pytest.mark.django_db

LIMIT = settings.WEBHOOK_MAX_BYTES


def address(channel) -> str:
    return f"/webhooks/whatsapp/{channel.public_id}/"


def stored() -> list[bytes]:
    with system_scope("a test looks at everything"):
        return [bytes(raw) for raw in WebhookDelivery.objects.order_by("id").values_list("raw", flat=True)]


class TestHandshake:
    def shake(self, client, channel, **query):
        asked = {"hub.mode": "subscribe", "hub.verify_token": "verify-token", "hub.challenge": "1158201444", **query}
        return client.get(address(channel), {key: value for key, value in asked.items() if value is not None})

    def test_who_knows_the_verify_token_gets_the_challenge_as_plain_text(self, client, channel):
        answer = self.shake(client, channel)

        assert (answer.status_code, answer.content) == (200, b"1158201444")
        assert answer["Content-Type"].startswith("text/plain")
        assert answer["X-Content-Type-Options"] == "nosniff"

    @pytest.mark.parametrize(
        "query",
        [
            {"hub.verify_token": "wrong"},
            {"hub.verify_token": ""},
            {"hub.verify_token": None},
            {"hub.verify_token": "verify-token "},
            {"hub.verify_token": "VERIFY-TOKEN"},
            {"hub.verify_token": "v\x00rify-token"},
            {"hub.verify_token": "é" * 5000},
            {"hub.mode": "unsubscribe"},
            {"hub.mode": None},
        ],
    )
    def test_everybody_else_is_refused_and_gets_nothing_back(self, client, channel, query):
        answer = self.shake(client, channel, **query)

        assert (answer.status_code, answer.content) == (403, b"")

    def test_a_challenge_is_never_long_and_never_a_page(self, client, channel):
        answer = self.shake(client, channel, **{"hub.challenge": "<script>alert(1)</script>" + "x" * 1000})

        assert len(answer.content) == 256
        assert answer["Content-Type"].startswith("text/plain")

    def test_a_channel_without_a_verify_token_shakes_no_hands(self, client, channel):
        with workspace_scope(channel.workspace_id):
            channel.verify_token = ""
            channel.save(update_fields=["verify_token"])

        assert self.shake(client, channel, **{"hub.verify_token": ""}).status_code == 403

    @pytest.mark.parametrize("unknown", ["nobody", "a%00b", "%ff%fe", "x" * 2000, "..%2f..%2f", "%E2%80%8B"])
    def test_an_unknown_address_is_refused_like_a_wrong_token(self, client, channel, unknown):
        path = f"/webhooks/whatsapp/{unknown}/"
        raw = envelope(channel, messages=[text_message()])

        assert client.get(path, {"hub.mode": "subscribe", "hub.verify_token": "verify-token"}).status_code in (403, 404)
        signed = {"X-Hub-Signature-256": signature(raw)}
        answer = client.post(path, data=raw, content_type="application/json", headers=signed)
        assert answer.status_code in (401, 404)
        assert stored() == []

    def test_other_methods_are_not_allowed(self, client, channel):
        assert [client.put(address(channel)).status_code, client.delete(address(channel)).status_code] == [405, 405]


RAW = b'{"object": "whatsapp_business_account", "entry": [{"caf\\u00e9": "\xf0\x9f\x98\x80"}]}'


def digest(raw: bytes, secret: str = "app-secret") -> str:
    return signature(raw, secret).removeprefix("sha256=")


REFUSED = {
    "none": {},
    "empty": {"X-Hub-Signature-256": ""},
    "no scheme": {"X-Hub-Signature-256": digest(RAW)},
    "sha1": {"X-Hub-Signature-256": "sha1=" + hmac.new(b"app-secret", RAW, hashlib.sha1).hexdigest()},
    "sha1 in the old header": {"X-Hub-Signature": "sha1=" + hmac.new(b"app-secret", RAW, hashlib.sha1).hexdigest()},
    "upper case": {"X-Hub-Signature-256": "sha256=" + digest(RAW).upper()},
    "short": {"X-Hub-Signature-256": "sha256=" + digest(RAW)[:-1]},
    "long": {"X-Hub-Signature-256": "sha256=" + digest(RAW) + "0"},
    "space": {"X-Hub-Signature-256": "sha256= " + digest(RAW)},
    "not hex": {"X-Hub-Signature-256": "sha256=" + "z" * 64},
    "not ascii": {"X-Hub-Signature-256": "sha256=" + "é" * 64},
    "other secret": {"X-Hub-Signature-256": signature(RAW, "other-secret")},
    "empty secret": {"X-Hub-Signature-256": signature(RAW, " ")},
    "made over other bytes": {"X-Hub-Signature-256": signature(json.dumps(json.loads(RAW)).encode())},
    "gateway's form in Meta's header": {"X-Hub-Signature-256": digest(RAW)},
    "Meta's form in the gateway's header": {"X-Webhook-Signature": signature(RAW)},
    "two wrong ones": {"X-Hub-Signature-256": signature(RAW, "x"), "X-Webhook-Signature": digest(RAW, "y")},
}


@pytest.mark.parametrize("headers", REFUSED.values(), ids=REFUSED)
def test_without_a_right_signature_nothing_is_stored_and_nothing_queued(client, channel, headers):
    answer = client.post(address(channel), data=RAW, content_type="application/json", headers=headers)

    assert (answer.status_code, answer.content) == (401, b"")
    assert stored() == []
    assert jobs() == []


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Hub-Signature-256": signature(RAW)},
        {"X-Webhook-Signature": digest(RAW)},
        {"X-Hub-Signature-256": signature(RAW, "the gateway's own"), "X-Webhook-Signature": digest(RAW)},
        {"X-Hub-Signature-256": signature(RAW), "X-Webhook-Signature": "nonsense"},
    ],
)
def test_a_right_signature_over_the_raw_bytes_is_enough(client, channel, headers):
    answer = client.post(address(channel), data=RAW, content_type="application/json", headers=headers)

    assert (answer.status_code, answer.content) == (200, b"")
    assert stored() == [RAW]


def test_the_secret_of_another_channel_opens_nothing(client, channel, other_workspace):
    other = add_channel(other_workspace)
    with workspace_scope(other_workspace):
        other.app_secret = "other-secret"
        other.save(update_fields=["app_secret"])
    raw = envelope(other, messages=[text_message()])

    assert post(client, other, raw).status_code == 401
    assert post(client, other, raw, **{"X-Hub-Signature-256": signature(raw, "other-secret")}).status_code == 200
    with workspace_scope(other_workspace):
        assert WebhookDelivery.objects.get().workspace == other_workspace


def test_a_number_of_another_workspace_is_handled_by_none(client, channel, other_workspace):
    other = add_channel(other_workspace, "7777777")
    raw = envelope(other, messages=[text_message()])

    assert post(client, channel, raw).status_code == 200
    drain()

    with system_scope("a test looks at everything"):
        delivery = WebhookDelivery.objects.get()
        assert (delivery.state, delivery.workspace_id) == ("kept", channel.workspace_id)
        assert delivery.error == "Phone number 7777777 is not a channel of this workspace."
        assert not Message.objects.exists()


@pytest.mark.parametrize(
    "raw",
    [b"", b"not json", b"\x00\xff", b"[]", b'{"a":' * 100_000, b'{"entry": [{"x": "\\ud800\\u0000"}]}', b"x" * 10**6],
    ids=range(7),
)
def test_whatever_it_holds_a_signed_body_is_stored_as_it_came_and_answered_200(client, channel, raw):
    assert post(client, channel, raw).status_code == 200

    assert stored() == [raw]
    drain()
    with workspace_scope(channel.workspace_id):
        delivery = WebhookDelivery.objects.get()
        assert (delivery.state, delivery.digest) == ("kept", hashlib.sha256(raw).hexdigest())
        assert delivery.error != ""


def test_a_body_of_exactly_four_megabytes_is_taken_and_one_byte_more_is_not(client, channel):
    assert post(client, channel, b" " * LIMIT).status_code == 200
    assert post(client, channel, b" " * (LIMIT + 1)).status_code == 413

    assert [len(raw) for raw in stored()] == [LIMIT]


@pytest.mark.parametrize("length", ["-1", "many", "99999999999999999999", "4194305", "٣"])
def test_a_length_that_is_none_is_refused_before_anything_is_read(client, channel, length):
    answer = client.post(address(channel), data=b"{}", content_type="application/json", CONTENT_LENGTH=length)

    assert answer.status_code == 413
    assert stored() == []


class Chunked:
    """What a server hands on for a body that came without a length: an input that ends by itself."""

    def __init__(self, raw: bytes):
        self.extra: dict[str, Any] = {
            "wsgi.input": io.BytesIO(raw),
            "wsgi.input_terminated": True,
            "CONTENT_LENGTH": "",
        }


def test_a_body_in_chunks_is_read_to_its_end(client, channel):
    raw = envelope(channel, messages=[text_message()])
    signed = {"X-Hub-Signature-256": signature(raw)}

    answer = client.post(address(channel), headers=signed, **Chunked(raw).extra)

    assert answer.status_code == 200
    assert stored() == [raw]


def test_a_body_in_chunks_is_not_read_beyond_the_limit(client, channel):
    body = Chunked(b" " * (LIMIT + 10))

    answer = client.post(address(channel), **body.extra)

    assert answer.status_code == 413
    assert body.extra["wsgi.input"].tell() == LIMIT + 1
    assert stored() == []


def test_a_body_without_a_length_and_without_an_end_is_none(client, channel):
    raw = envelope(channel, messages=[text_message()])
    body = {**Chunked(raw).extra, "wsgi.input_terminated": False}

    answer = client.post(address(channel), headers={"X-Hub-Signature-256": signature(raw)}, **body)

    assert answer.status_code == 401
    assert stored() == []


def test_the_headers_that_tell_the_event_are_kept_and_no_others(client, channel):
    post(client, channel, b"{}", **{"X-Webhook-Event": "whatsapp.message.received", "Authorization": "Bearer secret"})

    with workspace_scope(channel.workspace_id):
        assert WebhookDelivery.objects.get().headers == {"X-Webhook-Event": "whatsapp.message.received"}


def test_a_webhook_of_a_paused_channel_is_taken(client, channel):
    with workspace_scope(channel.workspace_id):
        channel.status = "paused"
        channel.save(update_fields=["status"])

    assert post(client, channel, b"{}").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_it_is_committed_before_the_answer(client, channel):
    assert post(client, channel, envelope(channel, messages=[text_message()])).status_code == 200

    with as_owner() as owner:
        assert owner.execute("SELECT count(*) FROM messaging_webhookdelivery").fetchone() == (1,)


def test_the_same_body_again_after_its_raw_copy_was_purged_brings_nothing_new(client, channel):
    raw = envelope(channel, messages=[text_message()])
    post(client, channel, raw)
    drain()
    with workspace_scope(channel.workspace_id):
        WebhookDelivery.objects.all().delete()

    post(client, channel, raw)
    drain()

    with workspace_scope(channel.workspace_id):
        assert Message.objects.count() == 1
