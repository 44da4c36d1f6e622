"""What strangers and colleagues write is text and nothing else, wherever it is shown.

A browser looks at all of it. Nothing may run, be fetched from elsewhere, be refused by the content security policy, or
become an element.
"""

import html
import re
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.chromium import watched_page
from tests.browser.hostile import BEACON, CORPUS, bodies, chat_histories, phone_of
from tests.conftest import EMAIL, PASSWORD
from tests.reliability.product import wait_for
from tests.reliability.webhooks import NUMBER_ID, Poster, text

pytestmark = pytest.mark.browser
NAMES = "' onx=alert(1) \"</title></textarea><img src=x onerror=alert(1)>"
INBOX = "/w/eagle/inbox/"
PLACES = 18  # kinds of message, what they quote and why they failed, names of people and files, notes
# Elements that no template has, and handlers on any that it has.
PLANTED = f"""() => [...document.querySelectorAll("*")].filter((element) =>
  element.matches("script:not([src^='/static/'], [src='/admin/jsi18n/']), iframe, object, embed, base, math, style,"
    + "meta[http-equiv], link:not([href^='/static/']), live-updates[data-workspace=x], [hx-get*='{BEACON}'],"
    + "form[action*='beacon.invalid'], [src*='beacon.invalid'], [style], [contenteditable]")
  || [...element.attributes].some(({{ name }}) => name.startsWith("on") || name.startsWith("hx-on"))
  || element.matches("a[href]") && !["http:", "https:"].includes(element.protocol)
).map((element) => element.outerHTML.slice(0, 120))"""


@dataclass
class Witness:
    """A window, and everything that happens in it that content must not bring about."""

    page: Any
    complaints: list[str]
    signs: list[str] = field(default_factory=list)

    def __post_init__(self):
        self.page.on("dialog", self._dismiss)
        self.page.on("popup", lambda page: self.signs.append(f"popup {page.url}"))
        self.page.context.route(f"{BEACON}/**", self._beacon)
        self.page.add_init_script(
            "addEventListener('securitypolicyviolation', ({ violatedDirective }) => console.error(violatedDirective));"
        )

    def look(self, address="", wait=60):
        """Open an address, or look at what is there, and take down what it did and what it became."""
        if address:
            self.page.goto(address, wait_until="load")
        self.page.wait_for_timeout(wait)
        self.signs += [f"{self.page.url}: {each}" for each in self.page.evaluate(PLANTED)]

    @property
    def everything(self):
        """All but what a browser says of a page that it leaves while something still loads."""
        return [*self.signs, *(line for line in self.complaints if "net::ERR_ABORTED" not in line)]

    def _beacon(self, route):
        self.signs.append(f"beacon {route.request.url}")
        route.abort()

    def _dismiss(self, dialog):
        self.signs.append(f"dialog {dialog.message}")
        dialog.dismiss()


@pytest.fixture(scope="module")
def numbers(desk):
    """Let one customer for each string write it in every way; return the numbers of their conversations."""
    hostile = [body for number, words in enumerate(CORPUS) for body in bodies(number, words)]
    poster = Poster(desk.webhook_url, clients=1)
    poster.post(hostile)
    for number, words in enumerate(CORPUS):
        phone = f"+{phone_of(number)}"
        desk.control("customers", phone_number_id=NUMBER_ID, phone=phone, name=words)
        desk.act(phone, "sends_document", filename=words, caption=words)
    stored = "SELECT count(*) FROM messaging_message WHERE kind = 'document' AND media_state = 'stored'"
    wait_for(lambda: desk.product.count(stored) >= len(CORPUS), 120, "the hostile messages did not arrive")
    _write_notes(desk)
    query = """SELECT conversation.number FROM messaging_conversation AS conversation
               JOIN messaging_address AS address ON address.id = address_id
               WHERE phone LIKE '+62812777%%' ORDER BY phone"""
    found = [number for (number,) in desk.product.rows(query)]
    assert len(found) == len(CORPUS)
    return found


@pytest.fixture(scope="module")
def hostile_names(desk):
    """Everybody and everything on our side has a hostile name for a while."""
    names = desk.product.rows(
        "SELECT w.name, u.name, c.name FROM accounts_workspace w, accounts_user u, messaging_channel c"
    )
    desk.product.execute(f"UPDATE accounts_workspace SET name = $words${NAMES}$words$")
    desk.product.execute(f"UPDATE accounts_user SET name = $words${NAMES}$words$")
    desk.product.execute(f"UPDATE messaging_channel SET name = $words${NAMES}$words$, trouble = $words${NAMES}$words$")
    yield
    workspace, user, channel = names[0]
    desk.product.execute(
        f"UPDATE accounts_workspace SET name = '{workspace}'; UPDATE accounts_user SET name = '{user}'"
    )
    desk.product.execute(f"UPDATE messaging_channel SET name = '{channel}', trouble = '', status = 'active'")


@pytest.fixture
def witness(numbers, hostile_names, agent):
    page, complaints = agent
    return Witness(page, complaints)


def _write_notes(desk):
    """Let the agent note and answer the corpus, one string in each conversation."""
    with httpx.Client(base_url=desk.url, follow_redirects=True) as client:
        client.get("/accounts/login/")
        _post(client, "/accounts/login/", login=EMAIL, password=PASSWORD)
        rows = desk.product.rows("SELECT number FROM messaging_conversation ORDER BY number LIMIT %s", len(CORPUS))
        for (number,), words in zip(rows, CORPUS, strict=False):
            token = f"8b2c2a1e-0000-4000-8000-{number:012}"
            _post(client, f"{INBOX}{number}/notes/", text=words, client_token=token)


def _post(client, address, **told):
    token = client.cookies["csrf"]
    assert client.post(address, data={**told, "csrfmiddlewaretoken": token}).status_code == 200


def test_the_inbox_shows_words_alone(desk, witness, numbers, figure):
    for tab in ("mine", "unassigned", "all"):
        witness.look(f"{desk.url}{INBOX}?tab={tab}")
    for number in numbers[::2]:
        witness.look(f"{desk.url}{INBOX}{number}/?tab=all&quote=1")
        witness.page.evaluate("document.querySelectorAll('[data-quote]').forEach((link) => link.click())")
        witness.look(wait=0)
    for number in numbers[1::2]:
        witness.page.evaluate(f"document.querySelector('#conversation-{number} > a').click()")
        expect(witness.page.locator("#thread")).to_have_attribute("data-number", str(number))
        witness.look(wait=20)

    shown = witness.page.locator("#messages .words", has_text=CORPUS[len(numbers) - 1])
    assert shown.count() >= 5
    assert witness.everything == []
    figure(f"hostile content: {len(CORPUS)} strings × {PLACES} places in the inbox: 0 ran, fetched or refused")


def test_what_arrives_while_somebody_looks_is_words_alone(desk, witness, numbers):
    witness.look(f"{desk.url}{INBOX}{numbers[0]}/?tab=all")
    now = int(time.time())

    Poster(desk.webhook_url, clients=1).post(
        [text(phone_of(0), f"wamid.live{place}", now, words) for place, words in enumerate(CORPUS)]
        + [text(phone_of(place), f"wamid.row{place}", now, words) for place, words in enumerate(CORPUS)]
    )

    expect(witness.page.locator("#messages")).to_contain_text(CORPUS[-1], timeout=20_000)
    last = witness.page.locator(f"#conversation-{numbers[-1]} .pv")
    expect(last).to_contain_text(" ".join(CORPUS[-1].split()), timeout=20_000)
    witness.page.evaluate(
        """words => words.forEach((each) => document.querySelector("toast-region").show(each))""", CORPUS
    )
    witness.look()
    assert witness.everything == []


def test_refusals_and_banners_show_words_alone(desk, witness, numbers):
    desk.product.execute("UPDATE messaging_channel SET status = 'paused'")
    witness.look(f"{desk.url}{INBOX}{numbers[3]}/")
    expect(witness.page.locator("#thread .banner")).to_contain_text("onerror")

    witness.look(f"{desk.url}/workspaces/?choose")
    witness.look(f"{desk.url}{INBOX}?tab={quote(NAMES)}&after={quote(NAMES)}&status={quote(NAMES)}")

    assert witness.everything == []


def test_the_sign_in_shows_words_alone(desk, browser):
    stranger = Witness(*watched_page(browser.new_context()))
    hostile = quote(NAMES)

    stranger.look(f"{desk.url}/accounts/login/?next={hostile}")
    stranger.page.locator("input[name=login]").fill(f"{NAMES[:9]}@eagle.example")
    stranger.page.locator("input[name=password]").fill(NAMES)
    stranger.page.evaluate("document.querySelector('form').noValidate = true")
    with stranger.page.expect_navigation():
        stranger.page.keyboard.press("Enter")
    stranger.look()
    stranger.look(f"{desk.url}/accounts/password/reset/key/1-{hostile}/")

    assert stranger.everything == []


def test_the_phone_page_shows_words_alone(desk, witness):
    public_id = desk.product.rows("SELECT public_id FROM messaging_channel")[0][0]
    for place, history in enumerate(chat_histories()):
        phone = f"+6281277799{place:03}"
        desk.control("customers", phone_number_id=NUMBER_ID, phone=phone, name=CORPUS[place], history=history)
        address = f"{desk.url}/simulator/?channel={public_id}&phone=%2B{phone[1:]}"
        witness.look(address, wait=150)
        witness.look(f"{address}&quoted={history[3]['wamid']}")

    assert witness.page.locator(".msg").count() == len(CORPUS)
    assert witness.everything == []


def test_the_admin_shows_words_alone(desk, witness, numbers):
    desk.product.manage("make_staff", EMAIL, "--json")
    for name in ("message", "conversation", "contact", "address", "channel", "webhookdelivery", "providerevent"):
        witness.look(f"{desk.url}/admin/messaging/{name}/")
        pk = desk.product.count(f"SELECT max(id) FROM messaging_{name}")
        witness.look(f"{desk.url}/admin/messaging/{name}/{pk}/change/")
    for name in ("accounts/workspace", "accounts/member", "accounts/user", "audit/auditevent", "files/storedfile"):
        witness.look(f"{desk.url}/admin/{name}/")

    assert witness.everything == []


@pytest.mark.parametrize("place", ["words", "name", "trunc"])
def test_a_place_that_does_not_escape_is_noticed(desk, witness, numbers, place):
    """The control: the page as it would be with `|safe` at one place."""

    def unescape(route):
        answer = route.fetch()
        open_tag = rf'(<(p|span|h2|b)[^>]* class="[^"]*\b{place}\b[^"]*"[^>]*>)(.*?)(</\2>)'
        shown = re.sub(open_tag, lambda found: found[1] + html.unescape(found[3]) + found[4], answer.text(), flags=re.S)
        route.fulfill(response=answer, body=shown)

    address = f"{INBOX}{numbers[CORPUS.index('<img src=x onerror=alert(1)>')]}/?tab=all"
    witness.page.route(f"**{address}", unescape)

    witness.look(f"{desk.url}{address}", wait=200)

    assert any("onerror" in sign or "beacon" in sign for sign in witness.signs)
    assert any("Content Security Policy" in line for line in witness.complaints)
