"""Scripted trouble on requests: each kind as a client feels it, and whether it took effect."""

import time

import httpx
import pytest

from messaging.simulator.provider.errors import GraphError

from .conftest import text_to


@pytest.fixture(autouse=True)
def window(provider, maya):
    maya.sends_text("Pagi")
    provider.settle()


def send(api: httpx.Client, callback: str = "one") -> httpx.Response:
    return api.post("/100200300/messages", json=text_to(biz_opaque_callback_data=callback), timeout=0.5)


@pytest.mark.parametrize(
    ("code", "rule", "status"),
    [
        (131000, {}, 500),
        (131056, {}, 400),
        (130429, {"status": 429, "retry_after": 7}, 429),
        (190, {}, 401),
        (2, {}, 503),
    ],
)
def test_an_error_comes_by_its_code_and_takes_no_effect(api, provider, maya, code, rule, status):
    provider.fail_next(code, **rule)

    refused, taken = send(api), send(api)

    assert (refused.status_code, refused.json()["error"]["code"]) == (status, code)
    assert refused.headers.get("Retry-After") == (str(rule["retry_after"]) if rule else None)
    assert taken.status_code == 200
    assert len(maya.received) == 1


def test_an_error_may_hide_that_it_got_through(api, provider, maya):
    provider.fail_next(131000, accepted=True)

    assert send(api).status_code == 500

    assert len(maya.received) == 1
    assert provider.sent_twice() == {}


@pytest.mark.parametrize("accepted", [False, True])
def test_a_timeout_before_or_after_it_took_effect(api, provider, maya, accepted):
    provider.time_out_next(accepted=accepted)

    with pytest.raises(httpx.ReadTimeout):
        send(api)

    assert len(maya.received) == int(accepted)


@pytest.mark.parametrize("accepted", [False, True])
def test_a_reset(api, provider, maya, accepted):
    provider.reset_next(accepted=accepted)

    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        send(api)

    assert len(maya.received) == int(accepted)


def test_half_an_answer(api, provider, maya):
    provider.half_answer_next()

    with pytest.raises(httpx.RemoteProtocolError):
        send(api)

    assert len(maya.received) == 1


def test_a_proxy_s_502_is_html(api, provider, maya):
    provider.bad_gateway_next()

    reply = send(api)

    assert (reply.status_code, reply.headers["content-type"]) == (502, "text/html")
    assert maya.received == []


def test_a_slow_answer_is_a_good_one(api, provider, maya):
    provider.slow_down(0.2)

    started = time.perf_counter()
    reply = send(api)

    assert reply.status_code == 200
    assert time.perf_counter() - started >= 0.2


def test_what_a_fault_did_stands_in_the_ledger_and_in_what_happened(api, provider, maya):
    provider.fail_next(131056)

    send(api, "mine")

    (line,) = [line for line in provider.ledger() if line["kind"] == "fault"]
    assert (line["fault"], line["code"], line["callback"], line["accepted"]) == ("error", 131056, "mine", False)
    assert maya.chat.events[-1]["kind"] == "fault"


def test_a_fault_strikes_its_target_alone(api, provider):
    provider.fail_next(131000, target="upload")

    assert send(api).status_code == 200
    files = {"file": ("a.txt", b"x", "text/plain")}
    assert api.post("/100200300/media", data={"messaging_product": "whatsapp"}, files=files).status_code == 500


@pytest.mark.parametrize("target", ["media", "download", "templates", "mark"])
def test_other_calls_can_fail_too(api, provider, maya, target):
    content = api.post(
        "/100200300/media", data={"messaging_product": "whatsapp"}, files={"file": ("a.txt", b"x", "text/plain")}
    )
    media_id = content.json()["id"]
    link = api.get(f"/{media_id}").json()["url"]
    wamid = maya.sends_text("lagi")
    calls = {
        "media": lambda: api.get(f"/{media_id}"),
        "download": lambda: api.get(link),
        "templates": lambda: api.get("/900800700/message_templates"),
        "mark": lambda: api.post(
            "/100200300/messages", json={"messaging_product": "whatsapp", "status": "read", "message_id": wamid}
        ),
    }
    provider.fail_next(131000, target=target)

    assert [calls[target]().status_code for _ in range(2)] == [500, 200]


def test_times_and_behaving_again(api, provider):
    provider.fail_next(131000, times=2)
    assert [send(api).status_code for _ in range(3)] == [500, 500, 200]

    provider.fail_next(131000, times=None)
    assert [send(api).status_code for _ in range(3)] == [500, 500, 500]
    provider.behave()
    assert send(api).status_code == 200


def test_a_probability_strikes_about_that_often_and_the_same_each_time(api, provider):
    provider.fail_next(131000, times=None, probability=0.5)

    statuses = [send(api).status_code for _ in range(40)]

    assert 8 < statuses.count(500) < 32


def test_an_unknown_fault_is_refused(provider):
    with pytest.raises(GraphError):
        provider.script("earthquake")
    with pytest.raises(GraphError):
        provider.fail_next(target="everything")
