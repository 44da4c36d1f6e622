"""A reply is sent at most once without a person's word, whatever dies meanwhile, and none is stuck."""

import random
import threading
import time
from collections import Counter

import httpx
import pytest

from tests.conftest import EMAIL, PASSWORD
from tests.reliability.agent import Agent
from tests.reliability.product import wait_for
from tests.reliability.webhooks import Poster, text

pytestmark = pytest.mark.fault
SEED = 20261122
CUSTOMERS = 50
UNSETTLED = "SELECT count(*) FROM messaging_message WHERE state IN ('queued', 'sending')"


def write_replies(product, webhook_url, each):
    """Let 50 customers write, and an agent answer each of them `each` times."""
    now = int(time.time())
    Poster(webhook_url).post([text(f"62844{who:07d}", f"wamid.IN{who}", now) for who in range(CUSTOMERS)])
    conversations = "SELECT number FROM messaging_conversation ORDER BY number"
    wait_for(lambda: len(product.rows(conversations)) == CUSTOMERS, 30, "the customers did not come in")
    numbers = [number for (number,) in product.rows(conversations)]
    agent = Agent(product.url, EMAIL, PASSWORD)
    csrf = agent.csrf(f"/w/eagle/inbox/{numbers[0]}/")
    for place in range(each):
        for number in numbers:
            assert agent.reply("eagle", number, csrf, text=f"Reply {place}").status_code == 200


def script(product, **fault):
    httpx.post(f"{product.simulator_url}/_control/faults", json=fault).raise_for_status()


def got_through(product):
    """How often each message was taken by the provider, by its ledger."""
    lines = httpx.get(f"{product.simulator_url}/_control/ledger", timeout=30).json()["lines"]
    return Counter(line["callback"] for line in lines if line.get("kind") == "send" and line.get("callback"))


def hurt(product, kills, pauses):
    chance = random.Random(SEED)
    deeds = ["kill"] * kills + ["pause"] * pauses
    chance.shuffle(deeds)
    for deed in deeds:
        time.sleep(chance.uniform(0.5, 2.5))
        if deed == "kill":
            product.kill("worker")
            continue
        with product.paused("worker"):
            time.sleep(chance.uniform(2, 6))


def run(product, webhook_url, *, each, kills, pauses):
    script(product, kind="slow", seconds=0.2, times=None, probability=0.5)
    script(product, kind="reset", accepted=True, times=None, probability=0.04)
    script(product, kind="timeout", accepted=True, times=5, probability=0.02, seconds=60)
    writer = threading.Thread(target=write_replies, args=(product, webhook_url, each), daemon=True)
    writer.start()
    wait_for(lambda: product.count("SELECT count(*) FROM messaging_message WHERE state <> ''") > 10, 60, "no replies")
    hurt(product, kills, pauses)
    writer.join(240)
    assert not writer.is_alive()
    wait_for(lambda: product.count(UNSETTLED) == 0, 240, "some replies are stuck")


def test_no_reply_gets_through_twice_and_none_is_stuck(start, figure):
    product, webhook_url = start()

    run(product, webhook_url, each=10, kills=10, pauses=5)

    time.sleep(3)
    times = got_through(product)
    states = dict(product.rows("SELECT state, count(*) FROM messaging_message WHERE direction = 'out' GROUP BY 1"))
    lines = httpx.get(f"{product.simulator_url}/_control/ledger", timeout=30).json()["lines"]
    spoiled = sum(1 for line in lines if line.get("fault") in ("reset", "timeout"))
    figure(f"outbound: 500 replies: {states}, got through {len(times)}, answers spoiled after acceptance {spoiled}")
    refused = product.rows(
        "SELECT callback_id::text, failure_code, failure_text FROM messaging_message WHERE state = 'failed'"
    )
    figure(f"outbound: refused for good: {refused}")
    assert [row for row in refused if row[0] in times] == []
    assert {callback: count for callback, count in times.items() if count > 1} == {}
    assert sum(states.values()) == 500
    assert states.keys() <= {"sent", "delivered", "read", "unconfirmed", "failed"}
    assert states.get("failed", 0) <= 5, refused
    assert states.get("unconfirmed", 0) <= 10 + 5 + spoiled
    assert_order(product)
    assert_resolvable(product)


def assert_order(product):
    """The provider took the replies of each conversation in the order in which they were written."""
    lines = httpx.get(f"{product.simulator_url}/_control/ledger", timeout=30).json()["lines"]
    taken = [line["callback"] for line in lines if line.get("kind") == "send" and line.get("callback")]
    place = {callback: index for index, callback in enumerate(taken)}
    rows = product.rows(
        "SELECT conversation_id, callback_id::text FROM messaging_message WHERE direction = 'out' ORDER BY id"
    )
    threads: dict[int, list[int]] = {}
    for conversation, callback in rows:
        if callback in place:
            threads.setdefault(conversation, []).append(place[callback])
    assert len(threads) == CUSTOMERS
    assert [number for number, places in threads.items() if places != sorted(places)] == []


def assert_resolvable(product):
    """Each unconfirmed reply can be settled by a person."""
    agent = Agent(product.url, EMAIL, PASSWORD)
    csrf = agent.csrf("/w/eagle/inbox/")
    rows = product.rows(
        "SELECT c.number, m.id FROM messaging_message m JOIN messaging_conversation c ON c.id = m.conversation_id"
        " WHERE m.state = 'unconfirmed'"
    )
    for number, message in rows:
        path = f"/w/eagle/inbox/{number}/messages/{message}/confirmation/"
        answer = agent.client.post(path, data={"csrfmiddlewaretoken": csrf}, headers={"HX-Request": "true"})
        assert answer.status_code == 200
    assert product.count("SELECT count(*) FROM messaging_message WHERE state = 'unconfirmed'") == 0


@pytest.mark.parametrize("bug", ["send without claim", "resend the unknown"])
def test_the_bug_would_show(start, bug):
    product, webhook_url = start(bug)
    script(product, kind="silence", times=None)  # a status would settle what the bug sends again
    script(product, kind="reset", accepted=True, times=None, probability=0.1)
    script(product, kind="slow", seconds=3.0, times=None)

    write_replies(product, webhook_url, each=2)
    hurt(product, kills=4, pauses=0)

    wait_for(lambda: max(got_through(product).values()) > 1, 120, "the bug did not show")
