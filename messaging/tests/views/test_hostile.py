"""Nothing that a stranger or a member can put in an address or a form is an error of ours."""

import base64

import pytest

from messaging.tests.scenes import fresh

pytestmark = pytest.mark.django_db


def key(at: str, pk: str) -> str:
    return base64.urlsafe_b64encode(f"{at}|{pk}".encode()).decode().rstrip("=")


WORDS = [
    "",
    "\x00",
    "a\x00b",
    "\ufeff",
    "٣",
    "-1",
    "1e9",
    "9" * 20,
    "9" * 5000,
    "'; DROP TABLE messaging_message; --",
    "user__password__startswith",
    "%",
    "%c0%af",
    "../../etc/passwd",
    "<script>",
    "x" * 100_000,
    key("2026-11-22T10:00:00+00:00", "9" * 100),
    key("0001-01-01T00:00:00+23:59", "1"),
    key("9999-12-31T23:59:59-23:59", "1"),
    key("2026-11-22T10:00:00", "1"),
    key("2026-11-22T10:00:00+00:00", "\x00"),
    key("infinity", "1"),
]
NUMBERS = ["0", "-1", "00", "1.0", "9" * 18, "9" * 19, "9" * 400, "1%00", "%D9%A3", "one", "1;1"]


@pytest.mark.parametrize("word", WORDS, ids=range(len(WORDS)))
def test_no_query_breaks_a_page(browser, desk, word):
    names = ("tab", "status", "after", "before", "quote", "mode", "cursor", "conversation", "assignee", "_connector")
    asked = dict.fromkeys(names, word)

    codes = [
        browser.see("inbox", **asked).status_code,
        browser.see("inbox", target="older-rows", **asked).status_code,
        browser.see("conversation", 1, **asked).status_code,
        browser.see("conversation", 1, target="older-messages", **asked).status_code,
        browser.see("changes", target="live", **asked).status_code,
    ]

    assert codes == [200, 200, 200, 200, 205]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_that_is_none_is_404(browser, desk, number):
    for path in ("", "messages/", "notes/", "assignment/", "resolution/", f"messages/{number}/undo/"):
        address = f"/w/eagle/inbox/{number}/{path}"
        assert (browser.client.get(address).status_code, browser.client.post(address).status_code) in {
            (404, 404),
            (405, 404),
        }


@pytest.mark.parametrize("slug", ["nowhere", "eagle%00", "EAGLE", "x" * 500, "..", "%F0%9F%98%80"])
def test_a_workspace_that_is_none_is_404(browser, desk, slug):
    for path in ("", "changes/", "1/"):
        assert browser.client.get(f"/w/{slug}/inbox/{path}").status_code == 404


@pytest.mark.parametrize("word", WORDS, ids=range(len(WORDS)))
@pytest.mark.parametrize("name", ["messages", "notes", "assignment", "resolution", "reopening", "no_reply"])
def test_no_form_breaks_a_page(browser, inside, desk, name, word):
    fields = ("text", "client_token", "quoted", "seen", "anyway", "mode", "assignee", "emoji", "file")

    answer = browser.do(name, 1, **dict.fromkeys(fields, word))

    assert answer.status_code in (200, 400, 409, 422)
    if name in ("messages", "notes"):
        with inside():
            assert desk.messages.count() == 1


@pytest.mark.parametrize(
    "header", ["HX-Target", "HX-Current-URL", "HX-Request", "Accept-Language", "Referer", "Cookie"]
)
@pytest.mark.parametrize("word", ["\x7f", "é" * 300, "x" * 20_000, "http://[", "//evil.example/", "../../"])
def test_no_header_breaks_a_page(browser, desk, header, word):
    if header == "Cookie":
        browser.client.cookies.clear()
    headers = {"HX-Request": "true", header: word}

    for answer in (
        browser.client.get(browser.address("conversation", 1), headers=headers),
        browser.client.post(browser.address("resolution", 1), headers=headers),
    ):
        assert answer.status_code in (200, 302, 401, 409)
        assert "evil.example" not in answer.headers.get("Location", "")


def test_fields_that_nobody_asked_for_change_nothing(browser, inside, desk, agent, outsider):
    stray = {"workspace": "2", "workspace_id": "2", "state": "read", "author": "1", "id": "7", "origin": "phone"}
    form = {"text": "Baik", "client_token": "11111111-1111-4111-8111-111111111111", **stray}

    assert browser.do("messages", 1, **form).status_code == 200

    with inside():
        message = desk.messages.get(direction="out")
        assert (message.workspace_id, message.state, message.author, message.origin) == (
            desk.workspace_id,
            "queued",
            agent,
            "agent",
        )
        assert fresh(desk).status == "open"
