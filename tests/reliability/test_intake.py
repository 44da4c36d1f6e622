"""What was acknowledged is stored exactly once, whatever dies meanwhile."""

import random
import time

import pytest

from tests.reliability.product import wait_for
from tests.reliability.webhooks import Poster, echo, status, text

pytestmark = pytest.mark.fault
SEED = 20261122
START = int(time.time()) - 3600
CONTACTS = 100
FINAL = {
    ("sent",): "sent",
    ("sent", "delivered"): "delivered",
    ("sent", "delivered", "read"): "read",
    ("sent", "read"): "read",
    ("sent", "failed"): "failed",
    ("sent", "failed", "delivered"): "delivered",
}


def a_thousand_deliveries(copies):
    """800 messages of 100 contacts, 60 replies from the phone and their statuses, and what must come of them."""
    chance = random.Random(SEED)
    messages = {
        f"wamid.IN{index:05d}": (f"62811{index % CONTACTS:07d}", START + index // CONTACTS * 60) for index in range(780)
    }
    histories = {f"wamid.OUT{index:03d}": list(FINAL)[index % len(FINAL)] for index in range(60)}
    bodies = [text(sender, external_id, at) for external_id, (sender, at) in messages.items()]
    for index, (external_id, history) in enumerate(histories.items()):
        bodies.append(echo(f"62811{index:07d}", external_id, START))
        bodies += [status(external_id, state, START + place) for place, state in enumerate(history)]
    bodies += [status(f"wamid.OUT{index % 60:03d}", "sent", START) for index in range(1000 - len(bodies))]
    posted = bodies * copies
    chance.shuffle(posted)
    return posted, messages, {external_id: FINAL[history] for external_id, history in histories.items()}


def waiting(product):
    return product.count("SELECT count(*) FROM messaging_webhookdelivery WHERE state = 'received'")


def hurt(product, poster, victims, *, of):
    """Kill one after the other, each while something acknowledged is still unhandled; return how much it was."""
    in_flight = []
    for place, victim in enumerate(victims):
        share = (place + 1) / (len(victims) + 1)
        wait_for(lambda share=share: poster.acknowledged >= of * share or poster.is_done, 200, "posting is stuck")
        with product.paused("worker"):
            wait_for(lambda: waiting(product) > 0, 20, "nothing was in flight")
            in_flight.append(waiting(product))
            if victim != "worker":
                product.kill_postgres() if victim == "postgres" else product.kill(victim)
        if victim == "worker":
            product.kill("worker")
    return in_flight


def run(product, webhook_url, victims, *, copies=3):
    posted, messages, states = a_thousand_deliveries(copies)
    poster = Poster(webhook_url)
    poster.start(posted)
    in_flight = hurt(product, poster, victims, of=len(posted))
    poster.join()
    wait_for(lambda: waiting(product) == 0, 180, "deliveries were left unhandled")
    return in_flight, messages, states, poster.refused


def faults(product, messages, states):
    """Return what is wrong with what was stored; empty when nothing is."""
    stored = product.rows("SELECT external_id, count(*) FROM messaging_message WHERE direction = 'in' GROUP BY 1")
    found = dict(stored)
    shown = dict(product.rows("SELECT external_id, state FROM messaging_message WHERE direction = 'out'"))
    return {
        name: values
        for name, values in {
            "lost": messages.keys() - found.keys() | states.keys() - shown.keys(),
            "doubled": {external_id for external_id, times in found.items() if times > 1},
            "unexpected": found.keys() - messages.keys(),
            "wrong state": {external_id for external_id in states if shown.get(external_id) != states[external_id]},
            "conversations": set(_doubled_conversations(product)),
            "order": set(_disordered(product, messages)),
        }.items()
        if values
    }


def _doubled_conversations(product):
    return product.rows(
        "SELECT address_id FROM messaging_conversation WHERE status <> 'resolved' GROUP BY 1 HAVING count(*) > 1"
    )


def _disordered(product, messages):
    """The numbers whose thread does not read in the provider's order."""
    rows = product.rows(
        """
        SELECT a.phone, m.external_id FROM messaging_message m JOIN messaging_conversation c ON c.id = m.conversation_id
        JOIN messaging_address a ON a.id = c.address_id WHERE m.direction = 'in' ORDER BY m.provider_time, m.id
        """
    )
    threads: dict[str, list[int]] = {}
    for phone, external_id in rows:
        threads.setdefault(phone, []).append(messages[external_id][1])
    return [phone for phone, times in threads.items() if times != sorted(times)]


def test_nothing_acknowledged_is_lost_or_doubled_while_everything_dies(start, figure):
    product, webhook_url = start()

    in_flight, messages, states, repeated = run(
        product, webhook_url, ["worker", "web", "worker", "postgres", "web", "worker"]
    )

    figure(f"intake: 1000 deliveries × 3, {repeated} posts repeated, unhandled at the six kills: {in_flight}")
    assert faults(product, messages, states) == {}
    assert len(in_flight) == 6
    assert min(in_flight) > 0
    assert product.count("SELECT count(*) FROM messaging_webhookdelivery WHERE state <> 'handled'") == 0


@pytest.mark.parametrize(("bug", "sign"), [("acknowledge before commit", "lost"), ("last writer wins", "wrong state")])
def test_the_bug_would_show(start, bug, sign):
    product, webhook_url = start(bug)

    _, messages, states, _ = run(product, webhook_url, ["web"] if sign == "lost" else [], copies=1)

    assert sign in faults(product, messages, states)


def test_without_the_unique_index_the_doubles_would_show(start):
    product, webhook_url = start("forget what is known")
    product.execute("DROP INDEX message_external_unique")

    _, messages, states, _ = run(product, webhook_url, [], copies=2)

    assert "doubled" in faults(product, messages, states)


def test_six_first_messages_of_two_hundred_people_at_once_are_two_hundred_conversations(start):
    product, webhook_url = start()
    bodies = [
        text(f"62822{person:07d}", f"wamid.{person}.{place}", START + place, f"picture {place}")
        for place in range(6)
        for person in range(200)
    ]
    random.Random(SEED).shuffle(bodies)

    Poster(webhook_url).post(bodies)

    wait_for(lambda: waiting(product) == 0, 60, "deliveries were left unhandled")
    assert product.count("SELECT count(*) FROM messaging_conversation") == 200
    assert product.rows(
        "SELECT count(*), count(DISTINCT external_id) FROM messaging_message WHERE direction = 'in'"
    ) == [(1200, 1200)]
