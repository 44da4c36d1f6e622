"""The stage door over HTTP: the same wires, for the phone page and other processes."""

import base64

import httpx
import pytest

from messaging.simulator.provider import samples

from .conftest import text_to

WHO = {"phone_number_id": "100200300", "phone": "+6281234567890"}


@pytest.fixture
def control(provider, account):
    with httpx.Client(base_url=f"{provider.url}/_control", timeout=5, trust_env=False) as client:
        yield client


def act(control, name: str, **arguments) -> httpx.Response:
    return control.post("/acts", json={**WHO, "do": name, "with": arguments})


def test_a_number_is_registered_and_its_secrets_stay_inside(control):
    told = {"phone_number_id": "7", "waba_id": "8", "token": "tok", "app_secret": "sec", "webhook_url": "http://x/"}

    assert control.post("/accounts", json=told).status_code == 201

    accounts = control.get("/accounts")
    assert [account["phone_number_id"] for account in accounts.json()["accounts"]] == ["100200300", "7"]
    assert "tok" not in accounts.text
    assert "sec" not in accounts.text.replace("secret", "")
    assert control.post("/accounts", json={"colour": "red"}).status_code == 400


def test_a_customer_with_a_history_hears_no_webhook(control, provider, product):
    history = [
        {"wamid": "wamid.old", "side": "customer", "type": "text", "content": {"body": "Dulu"}, "at": 1_700_000_000},
        {"wamid": "wamid.ours", "side": "business", "type": "text", "content": {"body": "Ya"}, "at": 1_700_000_060},
    ]

    for _ in range(2):
        reply = control.post("/customers", json={**WHO, "name": "Maya", "history": history})

    assert reply.status_code == 201
    chat = control.get("/chat", params=WHO).json()
    assert [message["wamid"] for message in chat["messages"]] == ["wamid.old", "wamid.ours"]
    assert (chat["window_from"], chat["window_is_open"]) == (1_700_000_000, False)
    provider.settle()
    assert product.heard == []


def test_the_list_of_customers_has_the_latest_first(control, provider):
    provider.customer("+62811", name="Joko").sends_text("Pagi")
    provider.customer("+62822", name="Maya").sends_text("Siang")

    customers = control.get("/customers", params={"phone_number_id": "100200300"}).json()["customers"]

    assert [one["customer"]["name"] for one in customers] == ["Maya", "Joko"]
    assert customers[0]["last"]["content"] == {"body": "Siang"}


def test_the_customer_acts(control, provider, maya, product):
    wamid = act(control, "sends_text", body="Pagi").json()["result"]
    act(control, "sends_image", content=base64.b64encode(samples.picture()).decode(), caption="Kopi")
    act(control, "reacts", wamid=wamid, emoji="👍")
    provider.settle()

    assert {message["type"] for message in product.messages} == {"text", "image", "reaction"}
    chat = control.get("/chat", params=WHO).json()
    assert chat["messages"][0]["reactions"] == {"customer": "👍"}
    assert chat["messages"][0]["status"] == "delivered"
    media_id = chat["messages"][1]["content"]["id"]
    assert control.get(f"/media/{media_id}").content == samples.picture()


@pytest.mark.parametrize(
    ("name", "arguments"), [("seen", {}), ("__init__", {}), ("sends_text", {}), ("sends_text", {"colour": "red"})]
)
def test_what_a_phone_cannot_do_is_refused(control, maya, name, arguments):
    reply = act(control, name, **arguments)

    assert reply.status_code == 400
    assert maya.chat.messages == []


def test_a_chat_that_did_not_change_is_204(control, maya):
    maya.sends_text("Pagi")
    version = control.get("/chat", params=WHO).json()["version"]

    assert control.get("/chat", params={**WHO, "seen": maya.chat.version}).status_code == 204
    assert version > 0
    maya.sends_text("lagi")
    assert control.get("/chat", params={**WHO, "seen": version}).status_code == 200


def test_faults_are_scripted_listed_and_cleared(control, api, maya):
    maya.sends_text("Pagi")
    assert control.post("/faults", json={"kind": "error", "code": 131056}).status_code == 201
    assert [fault["code"] for fault in control.get("/faults").json()["faults"]] == [131056]

    assert api.post("/100200300/messages", json=text_to()).json()["error"]["code"] == 131056

    assert control.get("/faults").json()["faults"] == []
    control.post("/faults", json={"kind": "silence", "times": None})
    assert control.delete("/faults").json() == {"faults": []}
    assert control.post("/faults", json={"kind": "earthquake"}).status_code == 400


def test_templates_ledger_links_and_waiting(control, api, maya):
    control.post("/templates", json={"waba_id": "900800700", "templates": []})
    assert api.get("/900800700/message_templates").json()["data"] == []

    maya.sends_text("Pagi")
    assert control.post("/settle", json={"seconds": 5}).json() == {"settled": True}
    lines = control.get("/ledger").json()["lines"]
    assert [line["kind"] for line in lines] == ["webhook", "webhook_acknowledged"]
    assert control.get("/ledger", params={"since": lines[-1]["seq"]}).json() == {"lines": []}
    assert control.post("/links/expire").json() == {"ok": True}
    assert control.get("/health").json() == {"ok": True}


@pytest.mark.parametrize("header", [{"Origin": "https://evil.example"}, {"Host": "evil.example"}])
def test_a_web_page_of_another_site_cannot_use_it(control, maya, header):
    reply = control.post("/acts", json={**WHO, "do": "sends_text", "with": {"body": "x"}}, headers=header)

    assert reply.status_code == 403
    assert maya.chat.messages == []
