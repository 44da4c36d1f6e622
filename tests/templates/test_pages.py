"""Every template renders, says what it should, and holds nothing that the content security policy refuses."""

import gzip
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone, translation

from helpdesk.bundles import BundleFinder
from tests.templates.cast import NOW, row, rows
from tests.templates.contexts import inbox, thread
from tests.templates.messages import message, messages
from tests.templates.pages import everything, mails, render

HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>javascript:alert(1)"
VOID = {"area", "br", "hr", "img", "input", "link", "meta", "source"}
KB = 1024


@pytest.fixture(autouse=True)
def moment() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False), timezone.override("Asia/Jakarta"), translation.override("en"):
        yield


class Reader(HTMLParser):
    """Collects the elements of a page and notices those that are not closed where they should be."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> at line {self.getpos()}"

    def ids(self) -> list[str]:
        return [attributes["id"] or "" for _, attributes in self.elements if "id" in attributes]


def log(*items: Any) -> str:
    return render("messaging/thread/_page.html", inbox(thread=thread(items=list(items))))


def test_every_page_is_well_formed_with_unique_ids() -> None:
    for name, html in everything().items():
        reader = Reader(html)

        assert reader.open == [], name
        ids = reader.ids()
        assert sorted(set(ids)) == sorted(ids), name


def test_no_page_has_inline_styles_scripts_or_handlers() -> None:
    for name, html in everything().items():
        for tag, attributes in Reader(html).elements:
            assert "style" not in attributes, name
            assert not [key for key in attributes if key.startswith(("on", "hx-on"))], name
            assert tag != "style", name
            assert tag != "script" or attributes.get("src"), name


def test_every_form_that_posts_carries_the_token_of_its_page() -> None:
    for name, html in everything().items():
        forms = re.findall(r'<form[^>]*method="post".*?</form>', html, re.DOTALL)

        assert all("csrfmiddlewaretoken" in form for form in forms), name


def test_every_button_outside_its_form_says_where_it_posts() -> None:
    html = render("messaging/inbox/page.html", inbox())

    buttons = [found for tag, found in Reader(html).elements if tag == "button" and found.get("form")]

    assert len(buttons) > 20
    assert all(found["form"] == "thread-actions" and found["formaction"] for found in buttons)
    assert all(found["type"] == "submit" for found in buttons)


def test_the_inbox_has_the_places_that_updates_aim_at() -> None:
    html = render("messaging/inbox/page.html", inbox())

    places = {"inbox-list", "inbox-tabs", "conversation-rows", "thread", "thread-header", "messages", "composer"}
    assert places | {"details", "alerts", "conversation-12", "message-30"} <= set(Reader(html).ids())


def test_what_strangers_write_stays_text() -> None:
    items = messages()
    for item in items:
        item.text, item.failure_text = HOSTILE, HOSTILE
        item.payload = dict.fromkeys(("event", "name", "template", "latitude", "longitude", "address"), HOSTILE)
        item.reactions = [{"side": "in", "emoji": HOSTILE}]
        if item.media:
            item.media.name = HOSTILE
    hostile = inbox(rows=[row(12, HOSTILE, last_message_preview=HOSTILE)], thread=thread(items=items, draft=HOSTILE))
    hostile["thread"].conversation.contact.name = HOSTILE

    html = render("messaging/inbox/page.html", hostile)

    for tag, attributes in Reader(html).elements:
        assert tag != "script" or (attributes["src"] or "").startswith(settings.STATIC_URL)
        assert not [key for key in attributes if key.startswith("on")]
        assert (attributes.get("href") or "/")[:1] in {"/", "#", "?"} or attributes["href"].startswith("http")  # type: ignore[union-attr]
        assert attributes.get("src", "/") != "x"


def test_payloads_of_any_shape_are_survived() -> None:
    for payload in ({}, {"contacts": 3}, {"latitude": "x", "longitude": None}, {"template": 5}, {"name": ["x"]}):
        for kind in ("text", "location", "contacts", "order", "interactive", "button", "template", "unsupported"):
            assert "message-90" in log(message(90, kind, text="Halo", payload=payload))


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("queued", "Sending"),
        ("sending", "Sending"),
        ("sent", "Sent"),
        ("delivered", "Delivered"),
        ("read", "Read"),
        ("failed", "Not delivered. No such number. (131026)"),
        ("unconfirmed", "May not have been sent."),
    ],
)
def test_a_state_is_told_in_words(state: str, words: str) -> None:
    ours = message(9, direction="out", text="Halo", state=state, failure_code=131026, failure_text="No such number.")

    assert words in re.sub(r"<[^>]+>", "", log(ours))


def test_a_deleted_message_does_not_show_its_text() -> None:
    html = log(message(9, text="Rahasia", deleted_at=NOW))

    assert "This message was deleted" in html
    assert "Rahasia" not in html


def test_an_undo_is_offered_only_while_it_can_still_work() -> None:
    waiting = message(9, direction="out", text="Halo", state="queued", send_after=NOW.replace(second=5))
    late = message(9, direction="out", text="Halo", state="queued", send_after=NOW)

    assert "Undo" in log(waiting)
    assert "Undo" not in log(late)


def test_each_day_is_named_once() -> None:
    html = log(*messages()[2:])

    assert re.findall(r'class="day".*?<span>(.*?)</span>', html) == ["Yesterday", "Today"]


def test_a_shut_window_leaves_only_the_note() -> None:
    html = render("messaging/inbox/page.html", inbox(thread=thread(window_open=False, window_ends_at=NOW)))

    assert "WhatsApp only allows an approved template until Nadia Rahmawati writes again." in html
    assert ">Send<" not in html
    assert "Add note" in html


def test_mail_is_plain_text() -> None:
    written = {name: render(name, context) for name, context in mails().items()}

    assert "a=1&b=2" in written["account/email/password_reset_key_message.txt"]
    assert "o'brien@kopi.example" in written["account/email/unknown_account_message.txt"]
    assert "\n" not in written["account/email/password_reset_key_subject.txt"].strip()


def test_the_first_visit_stays_within_its_budget() -> None:
    page = render("messaging/inbox/page.html", inbox(rows=(rows() * 7)[:50]))
    style, script = (Path(BundleFinder().find(name)).read_text() for name in ("app.css", "app.js"))

    assert len(gzip.compress(page.encode())) <= 30 * KB
    assert len(gzip.compress(style.encode())) <= 12 * KB
    assert len(gzip.compress(script.encode())) <= 30 * KB


def test_every_icon_is_in_the_sprite() -> None:
    sprite = (Path(settings.BASE_DIR) / "static/icons/icons.svg").read_text()
    symbols = set(re.findall(r'<symbol id="([^"]+)"', sprite))

    used = {name for html in everything().values() for name in re.findall(r'icons\.svg#([^"]+)"', html)}

    assert used <= symbols
