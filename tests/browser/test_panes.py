"""The panes of the inbox agree with each other, whatever the order of clicks and answers; and the console is quiet."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


class Held:
    """Requests that a page makes, answered when the test says so."""

    def __init__(self, page, pattern):
        self.routes = []
        self._page, self._pattern = page, pattern
        page.route(pattern, lambda route: self.routes.append(route))

    def wait_for(self, count):
        for _ in range(500):
            if len(self.routes) >= count:
                return
            self._page.wait_for_timeout(20)
        raise AssertionError(f"{len(self.routes)} of {count} requests came in ten seconds")

    def answer(self, index):
        with self._page.expect_response(self.routes[index].request.url):
            self.routes[index].continue_()

    def release(self):
        self._page.unroute(self._pattern)
        for route in self.routes:
            route.continue_()


def row(page, number):
    return page.locator(f"#conversation-{number} > a")


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_quick_clicks_open_the_second_conversation(desk, agent, order):
    page, complaints = agent
    _, first = desk.customer("Nadia", "I am the first")
    _, second = desk.customer("Budi", "I am the second")
    expect(row(page, second)).to_be_visible()
    held = Held(page, "**/inbox/*/?tab=all")

    row(page, first).click()
    row(page, second).click()
    held.wait_for(2)
    for index in order:
        held.answer(index)

    expect(page.locator("#thread")).to_have_attribute("data-number", str(second))
    expect(page.locator("#messages")).to_contain_text("I am the second")
    expect(page.locator("#details")).to_have_attribute("data-number", str(second))
    page.wait_for_timeout(200)
    expect(page.locator("#thread")).to_have_attribute("data-number", str(second))
    assert f"/inbox/{second}/" in page.url
    assert complaints == []


def test_news_of_a_conversation_left_meanwhile_are_asked_again(desk, agent):
    page, complaints = agent
    phone, left = desk.customer("Citra", "Hello")
    other_phone, other = desk.customer("Dodi", "Good morning")
    expect(row(page, other)).to_be_visible()  # before the pointer is on the list, which would hold it back
    row(page, left).click()
    expect(page.locator("#thread")).to_have_attribute("data-number", str(left))
    page.wait_for_timeout(1200)
    held = Held(page, "**/inbox/changes/**")

    desk.act(phone, "sends_text", body="Are you there?")
    held.wait_for(1)
    row(page, other).click()
    expect(page.locator("#thread")).to_have_attribute("data-number", str(other))
    desk.act(other_phone, "sends_text", body="And you?")
    held.answer(0)
    held.routes.clear()
    held.release()

    expect(page.locator("#messages")).to_contain_text("And you?")
    expect(row(page, left)).to_contain_text("Are you there?")
    assert complaints == []


def test_the_answer_to_an_act_in_a_conversation_left_meanwhile_is_not_shown(desk, agent):
    page, complaints = agent
    _, left = desk.customer("Eka", "Please help")
    _, other = desk.customer("Fajar", "Good evening")
    expect(row(page, other)).to_be_visible()  # before the pointer is on the list, which would hold it back
    row(page, left).click()
    expect(page.locator("#thread")).to_have_attribute("data-number", str(left))
    held = Held(page, "**/resolution/")

    page.get_by_role("button", name="Resolve").click()
    held.wait_for(1)
    row(page, other).click()
    expect(page.locator("#thread")).to_have_attribute("data-number", str(other))
    held.answer(0)

    expect(row(page, left)).to_have_count(0)
    expect(page.locator("#messages")).to_contain_text("Good evening")
    assert complaints == []


def test_a_style_that_an_extension_put_on_the_composer_breaks_nothing(desk, agent):
    page, complaints = agent
    _, number = desk.customer("Gita", "Hello")
    row(page, number).click()
    composer = page.locator("#composer-text")
    composer.evaluate("area => { area.style.height = '90px'; }")

    composer.fill("Good morning")
    page.keyboard.press("Control+Enter")

    expect(page.locator(".msg.out")).to_contain_text("Good morning")
    assert complaints == []
