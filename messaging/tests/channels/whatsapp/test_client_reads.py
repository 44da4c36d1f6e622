"""Files, templates and the number itself."""

import io

import httpx
import pytest

from messaging.channels.whatsapp.answers import MediaInfo, NumberInfo
from messaging.channels.whatsapp.errors import Action, NotRead
from messaging.channels.whatsapp.hosts import is_known

BASE = httpx.URL("https://graph.facebook.com")


class Provider:
    """Answers by path and remembers who asked."""

    def __init__(self, **answers):
        self.answers, self.asked = answers, []

    def __call__(self, request):
        self.asked.append(request)
        answer = self.answers[request.url.path.rpartition("/")[2]]
        return answer(request) if callable(answer) else httpx.Response(200, json=answer)


@pytest.mark.parametrize("file", [b"\x89PNG\r\n", io.BytesIO(b"\x89PNG\r\n")])
def test_an_upload(client_of, file):
    provider = Provider(media={"id": "555"})

    assert client_of(provider).upload(file, "image/png", 'a "b".png') == "555"

    (request,) = provider.asked
    assert request.url.path == "/v24.0/771/media"
    for part in (
        b'name="messaging_product"\r\n\r\nwhatsapp',
        b'name="type"\r\n\r\nimage/png',
        b"Content-Type: image/png",
        b"\x89PNG\r\n",
    ):
        assert part in request.content


def test_where_a_file_is(client_of):
    body = {
        "url": "https://lookaside.fbsbx.com/1",
        "mime_type": "audio/ogg; codecs=opus",
        "sha256": "ab",
        "file_size": "9",
    }
    provider = Provider(**{"9": body})

    info = client_of(provider).media_info("9")

    assert info == MediaInfo("https://lookaside.fbsbx.com/1", "audio/ogg", "ab", 9)
    assert dict(provider.asked[0].url.params) == {"phone_number_id": "771"}


def test_a_file_at_meta_asks_for_the_token(client_of):
    provider = Provider(
        **{"9": {"url": "https://lookaside.fbsbx.com/f"}, "f": lambda r: httpx.Response(200, content=b"abc")}
    )

    _info, pieces = client_of(provider).fetch("9", max_bytes=3)

    assert b"".join(pieces) == b"abc"
    assert provider.asked[1].headers["authorization"] == "Bearer t0ken"


def test_a_file_at_kapso_has_its_key_in_its_address(client_of):
    body = {"url": "https://lookaside.fbsbx.com/f", "download_url": "https://api.kapso.ai/f?key=k"}
    provider = Provider(**{"9": body, "f": lambda r: httpx.Response(200, content=b"abc")})

    _info, pieces = client_of(provider, auth_header="X-API-Key").fetch("9", max_bytes=3)

    assert b"".join(pieces) == b"abc"
    assert str(provider.asked[1].url) == "https://api.kapso.ai/f?key=k"
    assert not {"authorization", "x-api-key"} & set(provider.asked[1].headers)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x",
        "https://evil.test/f",
        "https://fbsbx.com.evil.test/f",
        "https://evilfbsbx.com/f",
        "http://lookaside.fbsbx.com/f",
        "https://lookaside.fbsbx.com:8443/f",
        "https://user:pass@lookaside.fbsbx.com/f",
        "https://lookaside.fbsbx.com@evil.test/f",
        "https://lookaside.fbsbx.com.\\@evil.test/f",
        "http://127.0.0.1/f",
        "http://localhost:8000/f",
        "https://[::1]/f",
        "http://169.254.169.254/latest/meta-data",
        "https://2130706433/f",
        "http://graph.facebook.com/f",
        "https://graph.facebook.com:8443/f",
        "file:///etc/passwd",
        "https://exa\x00mple.test/",
        "//lookaside.fbsbx.com/f",
    ],
)
def test_the_token_goes_to_nobody_else(client_of, url):
    provider = Provider()

    with pytest.raises(NotRead) as refused:
        client_of(provider).download(url, max_bytes=10)

    assert refused.value.action == Action.FAIL
    assert provider.asked == []


def test_this_machine_only_when_it_is_the_provider():
    stand_in = httpx.URL("http://127.0.0.1:8900")

    assert is_known(httpx.URL("http://127.0.0.1:8900/files/1"), stand_in)
    assert not is_known(httpx.URL("http://127.0.0.1:8901/files/1"), stand_in)
    assert not is_known(httpx.URL("http://127.0.0.1:8900/files/1"), BASE)
    assert is_known(httpx.URL("https://graph.facebook.com/files/1"), BASE)
    assert is_known(httpx.URL("https://scontent.whatsapp.net/v/1"), BASE)


@pytest.mark.parametrize("status", [302, 400, 403, 404, 410, 500])
def test_a_file_that_is_not_given_is_asked_for_again(client_of, status):
    provider = Provider(f=lambda r: httpx.Response(status, headers={"Location": "https://evil.test/"}))

    with pytest.raises(NotRead) as unread:
        list(client_of(provider).download("https://lookaside.fbsbx.com/f", max_bytes=10))

    assert (unread.value.action, unread.value.status, len(provider.asked)) == (Action.RETRY, status, 1)


def test_a_file_over_the_limit_is_given_up(client_of):
    provider = Provider(f=lambda r: httpx.Response(200, content=b"x" * 11))

    with pytest.raises(NotRead) as unread:
        list(client_of(provider).download("https://lookaside.fbsbx.com/f", max_bytes=10))

    assert unread.value.action == Action.FAIL


def test_a_receipt(client_of):
    provider = Provider(messages={"success": True})

    client_of(provider).mark_read("wamid.IN1", typing=True)

    assert b'"status":"read"' in provider.asked[0].content.replace(b" ", b"")


def test_templates_of_every_page(client_of):
    pages = {
        None: {
            "data": [{"name": "a", "status": "approved"}, 7],
            "paging": {"next": "https://evil.test/", "cursors": {"after": "c1"}},
        },
        "c1": {
            "data": [{"name": "b", "parameter_format": "NAMED", "components": [{"type": "BODY"}, "x"]}],
            "paging": {"cursors": {"after": "c2"}},
        },
    }
    provider = Provider(message_templates=lambda r: httpx.Response(200, json=pages[dict(r.url.params).get("after")]))

    first, second = client_of(provider).templates("880")

    assert (first.name, first.status, first.parameter_format) == ("a", "APPROVED", "POSITIONAL")
    assert (second.name, second.parameter_format, second.components) == ("b", "NAMED", ({"type": "BODY"},))
    assert {request.url.host for request in provider.asked} == {"graph.facebook.com"}


def test_pages_that_never_end(client_of):
    provider = Provider(
        message_templates={"data": [{"name": "a"}], "paging": {"next": "x", "cursors": {"after": "same"}}}
    )

    assert len(client_of(provider).templates("880")) == 2


def test_our_number(client_of):
    provider = Provider(
        **{
            "771": {
                "id": "771",
                "display_phone_number": "+62 21 5099",
                "verified_name": "Toko",
                "quality_rating": "green",
            }
        }
    )

    assert client_of(provider).phone_number() == NumberInfo("771", "+62 21 5099", "Toko", "GREEN")


def test_the_apps_that_get_webhooks(client_of):
    apps = [{"whatsapp_business_api_data": {"name": "Desk", "id": "1"}}, {"id": "2"}]
    provider = Provider(subscribed_apps={"data": apps})

    assert client_of(provider).subscribed_apps("880") == ("Desk", "2")


def test_a_question_that_is_refused(client_of):
    error = {"error": {"code": 190, "message": "Session has expired"}}
    provider = Provider(**{"771": lambda r: httpx.Response(401, json=error)})

    with pytest.raises(NotRead) as refused:
        client_of(provider).phone_number()

    assert (refused.value.action, refused.value.code) == (Action.PAUSE_CHANNEL, 190)
