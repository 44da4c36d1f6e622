"""How long a customer's message takes: to be acknowledged, and to stand on an agent's open page.

50 deliveries a second for half a minute, a list of 10,000 conversations, 20 agents with open pages. The figures are
printed; what is asserted is that every message comes, and in a time that only something broken would exceed.
"""

import statistics
import time

import httpx
import pytest
from playwright.sync_api import sync_playwright

from tests.browser.chromium import launch
from tests.conftest import EMAIL, PASSWORD
from tests.reliability.agent import Agent
from tests.reliability.product import wait_for
from tests.reliability.webhooks import Poster, text

pytestmark = [pytest.mark.fault, pytest.mark.browser]
RATE, SECONDS, CONVERSATIONS, AGENTS, CUSTOMERS = 50, 30, 10_000, 20, 300
FILL = """
INSERT INTO messaging_contact (workspace_id, name, language, notes, attributes, blocked, marketing_opt_out, created_at)
  SELECT 1, 'Old customer ' || n, '', '', '{}', false, false, now() FROM generate_series(1, %(n)d) n;
INSERT INTO messaging_address (workspace_id, contact_id, kind, phone, username, created_at)
  SELECT 1, id, 'whatsapp', '+6199' || lpad(id::text, 8, '0'), '', now() FROM messaging_contact;
INSERT INTO messaging_conversation (workspace_id, number, contact_id, channel_id, address_id, status, priority,
    last_message_at, last_message_preview, last_message_kind, last_message_direction, last_message_state,
    last_inbound_at, last_inbound_id, answered_up_to, no_reply_up_to, created_at)
  SELECT 1, 100000 + id, contact_id, (SELECT id FROM messaging_channel), id, 'open', 'none',
    now() - id * interval '1 minute', 'Hello', 'text', 'in', '', now(), 0, 0, 0, now() FROM messaging_address;
ANALYZE;
"""
WATCH = """
addEventListener("DOMContentLoaded", () => {
  const seen = JSON.parse(sessionStorage.seen ?? "{}");
  const look = () => {
    for (const found of document.querySelectorAll("#conversation-rows .pv")) {
      const words = /arrival (\\d+)/.exec(found.textContent);
      if (words) seen[words[1]] ??= Date.now() / 1000;
    }
    sessionStorage.seen = JSON.stringify(seen);
  };
  const rows = document.querySelector("#conversation-rows");
  if (rows) new MutationObserver(look).observe(rows, { childList: true, subtree: true, characterData: true });
});
"""
SEEN = "() => JSON.parse(sessionStorage.seen ?? '{}')"


@pytest.fixture
def busy(start):
    product, webhook_url = start()
    product.execute(FILL % {"n": CONVERSATIONS})
    for index in range(AGENTS - 1):
        email = f"agent{index}@eagle.example"
        product.manage("add_member", "eagle", email, "--role", "agent", "--password-stdin", "--json", typed=PASSWORD)
    return product, webhook_url


def test_every_message_is_acknowledged_and_comes_to_the_page(busy, figure):
    product, webhook_url = busy
    streams = [_open_stream(product, f"agent{index}@eagle.example") for index in range(AGENTS - 1)]
    with sync_playwright() as playwright, launch(playwright) as browser:
        page = _open_inbox(browser, product)
        posted, poster = _post(webhook_url)
        last = max(posted)
        wait_for(lambda: str(last) in page.evaluate(SEEN), 20, "the last message never came to the page")
        time.sleep(2)
        seen = {int(number): at for number, at in page.evaluate(SEEN).items()}
    for stream, _client in streams:
        stream.close()

    latencies = sorted(poster.latencies)
    waits = sorted(seen[number] - at for number, at in posted.items() if number in seen)
    median, p99 = statistics.median(latencies) * 1000, latencies[int(len(latencies) * 0.99)] * 1000
    p95 = waits[int(len(waits) * 0.95)]
    figure(
        f"latency: {len(latencies)} deliveries at {RATE}/s: acknowledged in {median:.0f} ms median, {p99:.0f} ms p99;"
        f" on the page after {statistics.median(waits):.2f} s median, {p95:.2f} s p95 ({len(waits)} rows seen)"
    )
    assert len(waits) == len(posted)
    assert p99 <= 2000
    assert p95 <= 10


def _post(webhook_url):
    """Post at the rate from eight clients, and return when each message was posted."""
    now, posted = int(time.time()), {}
    poster = Poster(webhook_url, clients=8)
    began = time.monotonic()
    for number in range(RATE * SECONDS):
        time.sleep(max(0.0, began + number / RATE - time.monotonic()))
        if not number:
            poster.start([], deadline=SECONDS + 30)
        posted[number] = time.time()
        poster.add(text(f"62855{number % CUSTOMERS:07d}", f"wamid.L{number}", now, f"arrival {number}"))
    wait_for(lambda: poster.is_done, 20, "posting did not end")
    return posted, poster


def _open_stream(product, email):
    agent = Agent(product.url, email, PASSWORD)
    stream = agent.client.send(
        agent.client.build_request("GET", "/events/?workspace=eagle", timeout=httpx.Timeout(10, read=None)), stream=True
    )
    assert stream.status_code == 200
    return stream, agent


def _open_inbox(browser, product):
    page = browser.new_page()
    page.add_init_script(WATCH)
    page.goto(f"{product.url}/accounts/login/")
    page.fill("input[name=login]", EMAIL)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/inbox/**")
    page.goto(f"{product.url}/w/eagle/inbox/?tab=unassigned")
    page.wait_for_selector("#conversation-rows li")
    return page
