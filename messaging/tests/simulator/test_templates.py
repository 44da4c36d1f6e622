"""Templates: the paged list, and what a sent one must carry."""

import httpx
import pytest

from messaging.simulator.provider.template_samples import starting_templates


def send(api: httpx.Client, name: str, language: str = "en", *components: dict) -> httpx.Response:
    template = {"name": name, "language": {"code": language}, "components": list(components)}
    body = {"messaging_product": "whatsapp", "to": "+6281234567890", "type": "template", "template": template}
    return api.post("/100200300/messages", json=body)


def words(kind: str, *values: str) -> dict:
    return {"type": kind, "parameters": [{"type": "text", "text": value} for value in values]}


def test_the_list_is_paged_by_cursor(api):
    names, url = [], "/900800700/message_templates?limit=4"
    while url:
        page = api.get(url).json()
        assert len(page["data"]) <= 4
        names += [(template["name"], template["language"]) for template in page["data"]]
        url = page["paging"].get("next", "")

    assert names == [(template["name"], template["language"]) for template in starting_templates()]


def test_templates_can_be_replaced(api, provider):
    provider.set_templates("900800700", [])

    assert api.get("/900800700/message_templates").json()["data"] == []


def test_the_customer_sees_the_filled_text(api, maya):
    reply = send(api, "order_update", "id", words("header", "1042"), words("body", "Maya", "sudah sampai"))

    assert reply.status_code == 200
    seen = maya.received[-1].content
    assert seen["header"] == "Pesanan 1042"
    assert seen["body"] == "Hai Maya, pesananmu sudah sampai. Balas di sini kalau ada yang salah."
    assert [button["text"] for button in seen["buttons"]] == ["Terima kasih", "Saya mau tanya"]


def test_named_parameters(api, maya):
    named = [
        {"type": "text", "parameter_name": "subject", "text": "the invoice"},
        {"type": "text", "parameter_name": "first_name", "text": "Maya"},
    ]

    send(api, "conversation_follow_up", "en", {"type": "body", "parameters": named})

    assert maya.received[-1].content["body"].startswith("Hi Maya, we have an answer to your question about the invoice")


def test_a_picture_on_top_and_the_suffix_of_a_link(api, maya):
    image = {"type": "header", "parameters": [{"type": "image", "image": {"link": "https://example.com/a.jpg"}}]}
    assert send(api, "new_season", "en", image, words("body", "Maya")).status_code == 200
    assert maya.received[-1].content["media"] == {"type": "image", "link": "https://example.com/a.jpg"}

    link = {"type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": "Z9"}]}
    assert send(api, "track_delivery", "en", words("body", "Maya"), link).status_code == 200
    assert maya.received[-1].content["buttons"][0]["url"] == "https://example.com/t/Z9"


@pytest.mark.parametrize(
    ("name", "language", "components", "status", "code"),
    [
        ("nothing", "en", [], 404, 132001),
        ("hello", "id", [], 404, 132001),
        ("mystery_offer", "en", [], 404, 132001),
        ("holiday_hours", "en", [words("body", "x")], 400, 132015),
        ("approval_request", "en", [words("body", "one")], 400, 132000),
        ("approval_request", "en", [words("body", "1", "2", "3")], 400, 132000),
        ("hello", "en", [words("body", "too many")], 400, 132000),
        ("new_season", "en", [words("body", "Maya")], 400, 132012),
        ("new_season", "en", [words("header", "words"), words("body", "Maya")], 400, 132012),
        ("conversation_follow_up", "en", [words("body", "a", "b")], 400, 132012),
        ("track_delivery", "en", [words("body", "Maya")], 400, 131008),
        ("hello", "en", [{"type": "button", "index": "3", "parameters": []}], 400, 132012),
        ("hello", "en", ["nonsense"], 400, 100),
    ],
)
def test_what_does_not_fit_is_refused(api, maya, name, language, components, status, code):
    reply = send(api, name, language, *components)

    assert (reply.status_code, reply.json()["error"]["code"]) == (status, code)
    assert maya.received == []
