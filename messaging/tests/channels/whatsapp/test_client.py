"""What is asked of the provider, and what its answers mean."""

import json

import httpx
import pytest

from messaging.channels.whatsapp.answers import SendResult
from messaging.channels.whatsapp.client import CloudClient
from messaging.channels.whatsapp.errors import Action, NotRead, NotSent, Unknown
from messaging.channels.whatsapp.payloads import Envelope, text

PAYLOAD = text(Envelope(phone="+6281234500001", callback_id="5f0c"), "Baik")
ACCEPTED = {"contacts": [{"input": "+628", "wa_id": "628"}], "messages": [{"id": "wamid.OUT1"}]}


def answering(status=200, body=None, content=None, headers=None):
    def handler(request):
        if content is not None:
            return httpx.Response(status, content=content, headers=headers)
        return httpx.Response(status, json=body, headers=headers)

    return handler


def raising(error):
    def handler(request):
        raise error

    return handler


def test_a_send_says_all_it_has_to(client_of):
    asked = []

    def handler(request):
        asked.append(request)
        return httpx.Response(200, json=ACCEPTED)

    client_of(handler).send(PAYLOAD)

    (request,) = asked
    assert (request.method, str(request.url)) == ("POST", "https://graph.facebook.com/v24.0/771/messages")
    assert request.headers["authorization"] == "Bearer t0ken"
    assert json.loads(request.content) == PAYLOAD


def test_a_gateway_has_its_own_address_and_header(client_of):
    asked = []

    def handler(request):
        asked.append(request)
        return httpx.Response(200, json=ACCEPTED)

    client_of(handler, base_url="https://api.kapso.ai/meta/whatsapp/", auth_header="X-API-Key").send(PAYLOAD)

    assert str(asked[0].url) == "https://api.kapso.ai/meta/whatsapp/v24.0/771/messages"
    assert asked[0].headers["x-api-key"] == "t0ken"
    assert "authorization" not in asked[0].headers


@pytest.mark.parametrize(
    ("body", "result"),
    [
        (ACCEPTED, SendResult("wamid.OUT1", "+628", None, False)),
        (
            {
                "contacts": [{"input": "ID.7", "user_id": "ID.7"}],
                "messages": [{"id": "w", "message_status": "accepted"}],
            },
            SendResult("w", None, "ID.7", False),
        ),
        ({"messages": [{"id": "w", "message_status": "held_for_quality_assessment"}]}, SendResult("w", is_held=True)),
        ({"messages": {"id": "w"}}, SendResult("w")),
    ],
)
def test_an_accepted_send(client_of, body, result):
    assert client_of(answering(200, body)).send(PAYLOAD) == result


@pytest.mark.parametrize(
    ("status", "error", "action", "text"),
    [
        (
            400,
            {"error": {"code": 131047, "message": "(#131047) R", "error_data": {"details": "24 hours"}}},
            Action.WINDOW_SHUT,
            "24 hours",
        ),
        (401, {"error": {"code": 190, "message": "Session has expired"}}, Action.PAUSE_CHANNEL, "Session has expired"),
        (500, {"error": {"code": 131057, "message": "Maintenance"}}, Action.RETRY, "Maintenance"),
        (400, {"error": {"code": "130429", "message": "Rate"}}, Action.RETRY_CHANNEL, "Rate"),
        (400, {"error": {"code": 131056, "message": "Pair"}}, Action.RETRY_PAIR, "Pair"),
        (200, {"error": {"code": 131026, "message": "Undeliverable"}}, Action.FAIL, "Undeliverable"),
        (
            409,
            {"error": "another message in-flight for this conversation"},
            Action.RETRY,
            "another message in-flight for this conversation",
        ),
        (422, {"error": "Stopped", "code": "marketing_preference_stopped"}, Action.OPTED_OUT, "Stopped"),
        (403, {"message": "Forbidden"}, Action.PAUSE_CHANNEL, "Forbidden"),
        (400, {"errors": [{"code": 131008, "title": "Missing"}]}, Action.FAIL, "Missing"),
        (404, [], Action.FAIL, "The provider answered with status 404."),
        (400, {"error": ["x"]}, Action.FAIL, "The provider answered with status 400."),
    ],
)
def test_a_refused_send_was_certainly_not_sent(client_of, status, error, action, text):
    with pytest.raises(NotSent) as refused:
        client_of(answering(status, error)).send(PAYLOAD)

    assert (refused.value.action, refused.value.text, refused.value.status) == (action, text, status)


@pytest.mark.parametrize(
    ("status", "content"),
    [
        (500, b'{"error":{"code":131000,"message":"Something went wrong"}}'),
        (503, b'{"error":{"code":131016,"message":"Service unavailable"}}'),
        (500, b'{"error":{"code":7777777,"message":"?"}}'),
        (502, b"<html>Bad gateway</html>"),
        (504, b""),
        (408, b""),
        (200, b""),
        (200, b"{}"),
        (200, b"null"),
        (200, b'{"messages":[]}'),
        (200, b'{"messages":[{"id":""}]}'),
        (200, b'{"messages":[{"id":null}]}'),
        (200, b'{"messages":[{"id":"wamid.OU'),
        (200, b"<html>Hotel Wi-Fi: please sign in</html>"),
        (200, b'{"error":"Something"}'),
        (200, b"[" * 100_000),
        (204, b""),
    ],
)
def test_a_send_without_a_clear_answer_may_have_gone_out(client_of, status, content):
    with pytest.raises(Unknown) as doubtful:
        client_of(answering(status, content=content)).send(PAYLOAD)

    assert doubtful.value.action == Action.UNCONFIRMED


@pytest.mark.parametrize(
    "error",
    [
        httpx.ConnectError("refused"),
        httpx.ConnectTimeout("slow"),
        httpx.PoolTimeout("busy"),
        httpx.ProxyError("no way"),
    ],
)
def test_what_never_left_may_be_sent_again(client_of, error):
    with pytest.raises(NotSent) as refused:
        client_of(raising(error)).send(PAYLOAD)

    assert refused.value.action == Action.RETRY


@pytest.mark.parametrize(
    "error",
    [
        httpx.ReadTimeout("slow"),
        httpx.WriteTimeout("slow"),
        httpx.ReadError("reset"),
        httpx.WriteError("broken pipe"),
        httpx.CloseError("?"),
        httpx.RemoteProtocolError("Server disconnected without sending a response."),
        httpx.DecodingError("bad gzip"),
    ],
)
def test_what_broke_under_way_is_never_sent_again_by_itself(client_of, error):
    with pytest.raises(Unknown) as doubtful:
        client_of(raising(error)).send(PAYLOAD)

    assert doubtful.value.action == Action.UNCONFIRMED


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("30", 30), ("0", 0), ("99999999", 86_400), ("soon", None), ("-5", None), ("Wed, 21 Oct 2015 07:28:00 GMT", 0)],
)
def test_the_providers_wish_to_wait_is_kept(client_of, written, seconds):
    with pytest.raises(NotSent) as refused:
        client_of(answering(429, {}, headers={"Retry-After": written})).send(PAYLOAD)

    assert (refused.value.action, refused.value.retry_after) == (Action.RETRY_CHANNEL, seconds)


@pytest.mark.parametrize("location", ["https://graph.facebook.com/elsewhere", "https://evil.test/"])
def test_a_redirect_is_not_followed(client_of, location):
    asked = []

    def handler(request):
        asked.append(request)
        return httpx.Response(307, headers={"Location": location})

    with pytest.raises(NotSent) as refused:
        client_of(handler).send(PAYLOAD)

    assert (len(asked), refused.value.action) == (1, Action.FAIL)


@pytest.mark.parametrize("base_url", ["", "graph.facebook.com", "ftp://graph.facebook.com", "http://[zz]", "https://"])
def test_a_provider_without_an_address_pauses_the_channel(base_url):
    client = CloudClient(base_url=base_url, version="v24.0", token="t0ken", phone_number_id="771")

    with client, pytest.raises(NotSent) as refused:
        client.send(PAYLOAD)

    assert refused.value.action == Action.PAUSE_CHANNEL


@pytest.mark.parametrize("token", ["", "  ", "two words", "t\n0ken", "tökén"])
def test_a_token_that_is_none_pauses_the_channel_and_goes_nowhere(client_of, token):
    def handler(request):
        raise AssertionError("nothing may be asked")

    with pytest.raises(NotSent) as refused:
        client_of(handler, token=token).send(PAYLOAD)

    assert refused.value.action == Action.PAUSE_CHANNEL


def test_the_app_is_asked_before_every_use_of_the_network(client_of):
    class InsideTransaction(AssertionError):
        pass

    def refuse():
        raise InsideTransaction

    def handler(request):
        raise AssertionError("nothing may be asked")

    client = client_of(handler, before_request=refuse)
    uses = [
        lambda: client.send(PAYLOAD),
        lambda: client.mark_read("wamid.IN1"),
        lambda: client.upload(b"x", "image/png", "x.png"),
        lambda: client.media_info("9"),
        lambda: list(client.download("https://lookaside.fbsbx.com/x", max_bytes=1)),
        lambda: client.templates("880"),
        client.phone_number,
        lambda: client.subscribed_apps("880"),
    ]

    for use in uses:
        with pytest.raises(InsideTransaction):
            use()


@pytest.mark.parametrize("answer", [raising(httpx.ReadTimeout("slow")), answering(502, content=b"<html>")])
def test_only_a_send_is_ever_in_doubt(client_of, answer):
    client = client_of(answer)

    for use in (lambda: client.mark_read("w"), lambda: client.upload(b"x", "image/png", "x.png")):
        with pytest.raises(NotSent) as refused:
            use()
        assert refused.value.action == Action.RETRY
    with pytest.raises(NotRead) as unread:
        client.media_info("9")
    assert unread.value.action == Action.RETRY


@pytest.mark.parametrize("ours", ["..", ".", "", "9/../../me", "9?x=1", "9#", "9%2f", "é", "9\n"])
def test_an_id_from_a_body_cannot_climb_to_another_address(client_of, ours):
    def handler(request):
        raise AssertionError("nothing may be asked")

    with pytest.raises(NotRead) as refused:
        client_of(handler).media_info(ours)

    assert refused.value.action == Action.FAIL


def test_an_endless_answer_is_cut(client_of):
    def endless():
        while True:
            yield b" " * 65_536

    with pytest.raises(Unknown):
        client_of(lambda request: httpx.Response(200, content=endless())).send(PAYLOAD)


def test_the_token_is_in_no_error(client_of):
    with pytest.raises(NotSent) as refused:
        client_of(answering(400, {"error": {"code": 100, "message": "no"}})).send(PAYLOAD)

    assert "t0ken" not in f"{refused.value!r} {refused.value} {refused.getrepr(style='long')}"
