"""One product for the tests that only look at pages, and a browser for each of their files."""

import itertools

import httpx
import pytest
from playwright.sync_api import sync_playwright

from tests.browser.chromium import launch, watched_page
from tests.conftest import EMAIL, PASSWORD, furnish
from tests.reliability.product import Product, wait_for
from tests.reliability.webhooks import NUMBER_ID


class Desk:
    """A running product with an agent, and customers who write through the simulator."""

    def __init__(self, product, webhook_url):
        self.product, self.webhook_url = product, webhook_url
        self.url, self._phones = product.url, itertools.count(628125550200)

    def customer(self, name, words):
        """Let somebody new write; return the phone and the number of the conversation, once it is in the inbox."""
        phone = f"+{next(self._phones)}"
        told = {"phone_number_id": NUMBER_ID, "phone": phone}
        self.control("customers", **told, name=name)
        self.act(phone, "sends_text", body=words)
        query = """SELECT number FROM messaging_conversation WHERE address_id =
                   (SELECT id FROM messaging_address WHERE phone = %s)"""
        wait_for(lambda: self.product.rows(query, phone), 20, "the message did not arrive")
        return phone, self.product.count(query, phone)

    def act(self, phone, what, **how):
        told = {"phone_number_id": NUMBER_ID, "phone": phone}
        return self.control("acts", **told, do=what, **{"with": how})["result"]

    def control(self, path, **told):
        answer = httpx.post(f"{self.product.simulator_url}/_control/{path}", json=told, timeout=20)
        answer.raise_for_status()
        return answer.json()


@pytest.fixture(scope="package")
def desk(tmp_path_factory):
    product = Product(tmp_path_factory.mktemp("desk") / "data")
    try:
        product.wait_until_ready()
        yield Desk(product, furnish(product))
    finally:
        product.stop()


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright, launch(playwright) as found:
        yield found


@pytest.fixture
def agent(desk, browser):
    """The agent's window at the list of all conversations, and what it complains about."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page, complaints = watched_page(context)
    page.goto(f"{desk.url}/accounts/login/?next=/w/eagle/inbox/%3Ftab=all")
    page.locator("input[name=login]").fill(EMAIL)
    page.locator("input[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/w/eagle/inbox/?tab=all")
    yield page, complaints
    context.close()
