"""The story of the product in two browser windows: a customer on the phone page, an agent in the inbox."""

import time

import httpx
import pytest
from PIL import Image
from playwright.sync_api import expect, sync_playwright

from tests.browser.chromium import launch, watched_page
from tests.conftest import EMAIL, PASSWORD

pytestmark = pytest.mark.browser
CUSTOMER = "+628125550140"


@pytest.fixture
def windows(start):
    """The agent's window, signed in, and the customer's, with what either complains about."""
    product, _webhook_url = start()
    known = {"phone_number_id": "1000001", "phone": CUSTOMER, "name": "Nadia Rahmawati"}
    httpx.post(f"{product.simulator_url}/_control/customers", json=known).raise_for_status()
    with sync_playwright() as playwright, launch(playwright) as browser:
        agent, of_agent = watched_page(browser.new_context(viewport={"width": 1440, "height": 900}))
        phone, of_phone = watched_page(browser.new_context(viewport={"width": 1440, "height": 900}))
        agent.goto(product.url)
        agent.locator("input[name=login]").fill(EMAIL)
        agent.locator("input[name=password]").fill(PASSWORD)
        agent.keyboard.press("Enter")
        agent.wait_for_url("**/inbox/**")
        phone.goto(f"{product.url}/simulator/")
        yield product, agent, phone, [of_agent, of_phone]


def say(phone, words):
    phone.locator("#phone-text").fill(words)
    phone.keyboard.press("Enter")


def reply(agent, words):
    agent.locator("#composer-text").fill(words)
    agent.keyboard.press("Control+Enter")


def test_a_conversation_from_the_first_word_to_its_end(windows, tmp_path, figure):
    product, agent, phone, complaints = windows
    agent.get_by_role("link", name="Unassigned").click()
    picture = tmp_path / "receipt.jpg"
    Image.new("RGB", (640, 480), "teal").save(picture)

    began = time.monotonic()
    say(phone, "Pagi Kak, pesanan saya sudah dikirim?")
    row = agent.locator("#conversation-1")
    expect(row).to_contain_text("Pagi Kak", timeout=5000)
    arrived = time.monotonic() - began
    figure(f"story: on the agent's page {arrived:.2f} s after the customer pressed Enter")
    assert arrived < 2
    row.get_by_role("link").click()
    expect(agent.locator("#messages")).to_contain_text("Pagi Kak")

    reply(agent, "Pagi! Sudah, ini buktinya.")
    bubble = agent.locator(".msg.out").last
    expect(bubble).to_contain_text("Sending")
    expect(phone.locator("#phone-messages")).to_contain_text("Sudah, ini buktinya", timeout=10_000)
    expect(bubble).to_contain_text("Read", timeout=10_000)

    product.kill("worker")
    agent.locator("input[type=file]").set_input_files(picture)
    reply(agent, "Bukti kirim")
    expect(phone.locator("#phone-messages img").last).to_be_visible(timeout=45_000)
    expect(phone.locator("#phone-messages")).to_contain_text("Bukti kirim")

    agent.get_by_text("Note", exact=True).first.click()
    agent.locator("#composer-text").fill("She is a regular.")
    agent.keyboard.press("Control+Enter")
    expect(agent.locator(".note")).to_contain_text("She is a regular.")
    expect(phone.locator("#phone-messages")).not_to_contain_text("regular")

    product.kill("web")
    say_until_taken(phone, "Makasih banyak")
    expect(agent.locator("#messages")).to_contain_text("Makasih banyak", timeout=20_000)

    agent.get_by_role("button", name="Resolve").click()
    expect(agent.locator("#messages")).to_contain_text("resolved the conversation")
    expect(agent.get_by_role("button", name="Reopen")).to_be_visible()
    assert [line for lines in complaints for line in lines if not is_of_the_kill(line)] == []


def say_until_taken(phone, words):
    """The page was served by the process that was just killed: a person reloads and writes again."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            phone.reload()
            say(phone, words)
            expect(phone.locator("#phone-messages")).to_contain_text(words, timeout=3000)
        except Exception:
            time.sleep(0.5)
        else:
            return
    raise AssertionError("the phone could not write again")


def is_of_the_kill(line):
    """What a browser and htmx say about a connection that was cut while the process was dead."""
    signs = ("ERR_CONNECTION", "ERR_EMPTY_RESPONSE", "ERR_INCOMPLETE", "ERR_ABORTED")
    # On a lost connection htmx also rejects a promise, of nothing, that nobody holds.
    return line == "error: undefined" or any(sign in line for sign in (*signs, "htmx:sendError", "htmx:afterRequest"))
