"""Uploads and downloads: types, sizes, tokens, and links that die."""

import hashlib
import time

import httpx
import pytest
import time_machine

from messaging.simulator.provider import samples

from .conftest import text_to


def upload(api: httpx.Client, content: bytes, mime_type: str, **form: str) -> httpx.Response:
    fields = {"messaging_product": "whatsapp", "type": mime_type} | form
    return api.post("/100200300/media", data=fields, files={"file": ("a file.bin", content, mime_type)})


@pytest.fixture
def media_id(api) -> str:
    return upload(api, samples.picture(), "image/jpeg").json()["id"]


def test_every_byte_comes_back(api, provider):
    content = samples.picture() + b"\r\n--not a boundary\r\n\r\n" + bytes(range(256))

    media_id = upload(api, content, "image/jpeg").json()["id"]
    facts = api.get(f"/{media_id}").json()
    body = api.get(facts["url"])

    assert body.content == content
    assert body.headers["content-type"] == "image/jpeg"
    assert (facts["file_size"], facts["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    (line,) = [line for line in provider.ledger() if line["kind"] == "upload"]
    assert (line["media_id"], line["sha256"], line["filename"]) == (media_id, facts["sha256"], "a file.bin")


@pytest.mark.parametrize("mime_type", ["application/zip", "image/gif", "text/html", ""])
def test_a_type_that_whatsapp_does_not_take(api, mime_type):
    reply = upload(api, b"x", mime_type)

    assert (reply.status_code, reply.json()["error"]["code"]) == (400, 100)


def test_a_picture_over_5_mb(api):
    reply = upload(api, bytes(5 * 1024 * 1024 + 1), "image/png")

    assert (reply.status_code, reply.json()["error"]["code"]) == (400, 131053)


@pytest.mark.parametrize("content", [b"", b"nonsense", b"--x\r\nno end of head"])
def test_a_body_that_is_no_form(api, content):
    for content_type in ("multipart/form-data; boundary=x", "text/plain"):
        reply = api.post("/100200300/media", content=content, headers={"Content-Type": content_type})
        assert reply.json()["error"]["code"] == 100


def test_the_bytes_need_the_token(api, provider, media_id):
    url = api.get(f"/{media_id}").json()["url"]

    assert httpx.get(url, headers={"Authorization": "Bearer other"}).status_code == 401
    assert httpx.get(url).status_code == 401


def test_a_link_dies_after_five_minutes_and_a_new_one_works(api, media_id):
    url = api.get(f"/{media_id}").json()["url"]

    with time_machine.travel(time.time() + 5 * 60 + 1, tick=True):
        assert api.get(url).status_code == 404
        assert api.get(api.get(f"/{media_id}").json()["url"]).status_code == 200


def test_links_can_be_let_die(api, provider, media_id):
    url = api.get(f"/{media_id}").json()["url"]

    provider.core.media.expire_links()

    assert api.get(url).status_code == 404


def test_a_deleted_file_is_gone(api, media_id):
    assert api.delete(f"/{media_id}").json() == {"success": True}

    assert api.get(f"/{media_id}").json()["error"]["error_subcode"] == 33


def test_an_uploaded_file_can_be_sent(api, maya, media_id):
    maya.sends_text("Pagi")

    reply = api.post(
        "/100200300/messages", json=text_to() | {"type": "image", "image": {"id": media_id, "caption": "Kopi"}}
    )

    assert reply.status_code == 200
    assert maya.received[-1].content == {"id": media_id, "caption": "Kopi"}


def test_another_account_s_token_does_not_open_it(provider, account, media_id):
    provider.register(phone_number_id="5", waba_id="6", token="other", app_secret="x")

    reply = httpx.get(f"{provider.url}/v24.0/{media_id}", headers={"Authorization": "Bearer other"})

    assert (reply.status_code, reply.json()["error"]["code"]) == (401, 190)
