"""From accepted to read: what is told, when, and what never is."""

from pathlib import Path

import httpx
import pytest

from messaging.simulator.provider import Provider, Timing

from .conftest import text_to

MAYA = "+6281234567890"


@pytest.fixture
def send(api, provider, maya):
    """Sends a text once the window is open, and waits for what follows."""
    maya.sends_text("Pagi")

    def sent(**more) -> str:
        wamid = api.post("/100200300/messages", json=text_to(**more)).json()["messages"][0]["id"]
        provider.settle()
        return wamid

    return sent


def told(product, wamid: str) -> set[str]:
    return {status["status"] for status in product.statuses if status["id"] == wamid}


def test_sent_and_delivered_carry_our_callback(send, product):
    wamid = send(biz_opaque_callback_data="f3a1")

    assert told(product, wamid) == {"sent", "delivered"}
    assert {status["biz_opaque_callback_data"] for status in product.statuses} == {"f3a1"}
    assert {status["recipient_id"] for status in product.statuses} == {"6281234567890"}
    assert {status["recipient_user_id"] for status in product.statuses} == {"ID.6281234567890"}


def test_reading_tells_all_that_was_delivered_up_to_there(send, maya, provider, product):
    first, second, third = send(), send(), send()

    assert maya.reads(second) == [first, second]
    provider.settle()

    assert told(product, second) == {"sent", "delivered", "read"}
    assert told(product, third) == {"sent", "delivered"}
    assert maya.reads() == [third]
    assert maya.reads() == []


def test_a_phone_that_is_off_hears_later(send, maya, provider, product):
    maya.goes_offline()
    wamid = send()
    assert told(product, wamid) == {"sent"}
    assert maya.reads() == []

    maya.comes_online()
    provider.settle()

    assert told(product, wamid) == {"sent", "delivered"}


def test_silence_accepts_and_says_nothing(send, maya, provider, product):
    provider.silence()

    wamid = send()
    maya.reads()
    provider.settle()

    assert told(product, wamid) == set()
    assert told(product, send()) == {"sent", "delivered"}


@pytest.mark.parametrize("after_sent", [True, False])
def test_a_failed_delivery_names_its_code(send, provider, maya, product, after_sent):
    provider.fail_delivery_next(131049, after_sent=after_sent)

    wamid = send()
    maya.reads()
    provider.settle()

    assert told(product, wamid) == ({"sent", "failed"} if after_sent else {"failed"})
    (failed,) = [status for status in product.statuses if status["status"] == "failed"]
    assert failed["errors"][0]["code"] == 131049
    assert "biz_opaque_callback_data" not in failed


def test_a_fault_may_be_for_one_person(send, provider, product):
    provider.silence(times=None, to="+62999")

    assert told(product, send()) == {"sent", "delivered"}


def test_a_reaction_is_only_sent(api, provider, maya, product):
    target = maya.sends_text("Pagi")
    body = text_to() | {"type": "reaction", "reaction": {"message_id": target, "emoji": "👍"}}

    wamid = api.post("/100200300/messages", json=body).json()["messages"][0]["id"]
    maya.reads()
    provider.settle()

    assert told(product, wamid) == {"sent"}


def test_a_voice_note_can_be_played(send, maya, provider, product):
    wamid = send()

    maya.plays(wamid)
    provider.settle()

    assert told(product, wamid) == {"sent", "delivered", "played"}


def test_reading_by_itself_follows_the_timing(tmp_path: Path, product):
    timing = Timing(sent=0.01, delivered=0.02, read=0.03, auto_read=True)
    with Provider(tmp_path / "ledger.jsonl", timing=timing) as provider:
        provider.register(phone_number_id="1", waba_id="2", token="t", app_secret="s", webhook_url=product.url)
        maya, joko = provider.customer(MAYA), provider.customer("+62811", auto_read=False)
        wamids = []
        for phone in (maya, joko):
            phone.sends_text("Pagi")
            reply = httpx.post(
                f"{provider.url}/v24.0/1/messages",
                json=text_to(f"+{phone.chat.customer.wa_id}"),
                headers={"Authorization": "Bearer t"},
            )
            wamids.append(reply.json()["messages"][0]["id"])
        provider.settle()

    assert told(product, wamids[0]) == {"sent", "delivered", "read"}
    assert told(product, wamids[1]) == {"sent", "delivered"}
