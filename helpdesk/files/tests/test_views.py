import re
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import uuid4

import httpx
import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils.timezone import now

from helpdesk.accounts.tenancy import workspace_scope
from helpdesk.files import access
from helpdesk.files.actions.removal import delete_file
from helpdesk.files.actions.thumbnail import make_thumbnail
from helpdesk.files.tests import samples
from helpdesk.files.tests.backends import planned

pytestmark = [pytest.mark.django_db(transaction=True)]
UNKNOWN = "application/octet-stream"


def address(name, file, slug="eagle"):
    return reverse(f"files:{name}", args=[slug, file.public_id])


@pytest.fixture
def browser(client, agent):
    client.force_login(agent.user)
    return client


def body(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def download(browser, file):
    """Follow a download as a browser does, to the bucket when it is one; returns its headers and its bytes."""
    response = browser.get(address("file", file))
    if response.status_code == 302:
        there = httpx.get(response["Location"])
        return there.headers, there.content
    assert response.status_code == 200
    return response.headers, body(response)


def disposition(headers):
    """Return the kind and the name as a browser reads them: `filename*` goes before `filename`."""
    found = re.fullmatch(
        r"(attachment|inline); filename=\"([^\"\\]+)\"; filename\*=UTF-8''([A-Za-z0-9%_.~-]+)",
        headers["Content-Disposition"],
    )
    assert found
    return found.group(1), unquote(found.group(3))


def is_guarded(response):
    return (
        response["X-Content-Type-Options"] == "nosniff"
        and response["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        and response["Cross-Origin-Resource-Policy"] == "same-origin"
        and response["Cache-Control"].startswith("private, no-")
        and response["Referrer-Policy"] == "no-referrer"
    )


class TestDownload:
    @pytest.mark.parametrize(("name", "declared_type", "content"), samples.DANGEROUS.values(), ids=samples.DANGEROUS)
    def test_nothing_that_could_run_is_ever_shown(self, browser, keep, name, declared_type, content):
        file = keep(content, name, declared_type)

        headers, received = download(browser, file)

        assert received == content
        assert disposition(headers) == ("attachment", name)
        assert headers["Content-Type"] == UNKNOWN
        assert is_guarded(browser.get(address("file", file)))
        assert browser.get(address("thumbnail", file)).status_code == 404
        assert browser.get(address("media", file)).status_code == 404

    @pytest.mark.parametrize(("name", "declared_type", "content"), samples.POLYGLOTS.values(), ids=samples.POLYGLOTS)
    def test_a_file_that_pretends_can_only_be_downloaded(self, browser, keep, name, declared_type, content):
        file = keep(content, name, declared_type)
        make_thumbnail(file.workspace_id, file.pk)

        headers, received = download(browser, file)

        assert (received, headers["Content-Type"], disposition(headers)[0]) == (content, UNKNOWN, "attachment")
        assert browser.get(address("thumbnail", file)).status_code == 404
        assert browser.get(address("media", file)).status_code == 404

    def test_any_name_can_be_downloaded(self, browser, keep):
        for name in samples.HOSTILE_NAMES:
            file = keep(b"content", name)

            headers, received = download(browser, file)

            assert received == b"content"
            assert disposition(headers) == ("attachment", file.name)
            assert "\n" not in headers["Content-Disposition"]
            assert "Set-Cookie" not in headers

    def test_an_empty_file_can_be_downloaded(self, browser, keep):
        assert download(browser, keep(b"", "nothing.txt"))[1] == b""

    def test_the_bucket_is_named_for_two_minutes_at_most(self, browser, keep, storage):
        response = browser.get(address("file", keep()))

        if storage == "disk":
            assert response.status_code == 200
            assert response["Content-Length"] == str(len(samples.PDF))
            assert response["Cache-Control"] == "private, no-store"
        else:
            asked = {key.lower(): values[0] for key, values in parse_qs(urlsplit(response["Location"]).query).items()}
            assert asked["response-content-disposition"].startswith("attachment;")
            assert asked["response-content-type"] == UNKNOWN
            assert seconds_left(asked) <= 120
            assert is_guarded(response)

    def test_a_storage_out_of_reach_is_said_to_be(self, browser, keep):
        file = keep(samples.FILM, "film.mp4")

        with planned("before read", OSError("out of reach")):
            response = browser.get(address("media", file))

        assert (response.status_code, response["Retry-After"]) == (503, "30")
        assert browser.get(address("media", file)).status_code == 200

    def test_lost_bytes_are_a_file_that_is_not_there(self, browser, keep, storage):
        file = keep()
        default_storage.delete(file.key)

        response = browser.get(address("file", file))

        assert response.status_code == (404 if storage == "disk" else 302)


def seconds_left(asked):
    if "x-amz-expires" in asked:
        return int(asked["x-amz-expires"])
    return int(asked["expires"]) - now().timestamp()


class TestThumbnail:
    def test_the_copies_are_shown_and_the_original_is_not(self, browser, keep):
        photo = samples.turned_photo()
        file = keep(photo, "photo.jpg")
        make_thumbnail(file.workspace_id, file.pk)

        small, large = browser.get(address("thumbnail", file)), browser.get(address("thumbnail", file) + "?size=1280")

        for response in (small, large):
            assert response.status_code == 200
            assert is_guarded(response)
            assert response["Content-Type"] == "image/webp"
            assert response["Content-Disposition"] == "inline"
            assert response.content != photo
            assert b"SECRET-CAMERA" not in response.content
        assert len(small.content) <= 20_000
        assert len(large.content) > len(small.content)

    def test_until_there_are_copies_there_is_nothing_to_show(self, browser, keep):
        assert browser.get(address("thumbnail", keep(samples.photo(64, 64), "photo.jpg"))).status_code == 404

    def test_a_copy_that_the_browser_has_is_not_sent_again(self, browser, keep):
        file = keep(samples.photo(64, 64), "photo.jpg")
        make_thumbnail(file.workspace_id, file.pk)
        tag = browser.get(address("thumbnail", file))["ETag"]

        again = browser.get(address("thumbnail", file), headers={"If-None-Match": tag})

        assert (again.status_code, again.content) == (304, b"")
        assert is_guarded(again)
        assert browser.get(address("thumbnail", file) + "?size=1280", headers={"If-None-Match": tag}).status_code == 200


class TestMedia:
    @pytest.mark.parametrize(
        ("content", "name", "media_type"),
        [
            (samples.VOICE, "voice.ogg", "audio/ogg"),
            (samples.SONG, "song.mp3", "audio/mpeg"),
            (samples.FILM, "film.mp4", "video/mp4"),
        ],
    )
    def test_sounds_and_films_are_played(self, browser, keep, content, name, media_type):
        file = keep(content, name, media_type)

        response = browser.get(address("media", file))

        assert (response.status_code, body(response)) == (200, content)
        assert (response["Content-Type"], response["Accept-Ranges"]) == (media_type, "bytes")
        assert response["Content-Length"] == str(len(content))
        assert disposition(response.headers) == ("inline", name)
        assert is_guarded(response)

    def test_the_content_says_how_it_is_played_not_the_sender(self, browser, keep):
        file = keep(samples.FILM, "", "audio/mp4")

        assert browser.get(address("media", file))["Content-Type"] == "video/mp4"

    def test_a_player_gets_the_part_that_it_asks_for(self, browser, keep):
        content = samples.FILM + b"12345"
        file = keep(content, "film.mp4")
        parts = {
            "bytes=0-": (0, 2085),
            "bytes=0-0": (0, 1),
            "bytes=10-19": (10, 20),
            "bytes=2000-": (2000, 2085),
            "bytes=2000-99999": (2000, 2085),
            "bytes=-85": (2000, 2085),
            "bytes=-99999": (0, 2085),
        }

        for asked, (start, end) in parts.items():
            response = browser.get(address("media", file), headers={"Range": asked})

            assert (asked, response.status_code) == (asked, 206)
            assert body(response) == content[start:end]
            assert response["Content-Range"] == f"bytes {start}-{end - 1}/2085"
            assert response["Content-Length"] == str(end - start)

    def test_what_is_not_understood_is_answered_whole(self, browser, keep):
        file = keep(samples.FILM, "film.mp4")

        for asked in ("bytes=5-2", "bytes=a-b", "lines=0-5", "bytes=0-1,4-5", "bytes=-", "0-5"):
            response = browser.get(address("media", file), headers={"Range": asked})

            assert (asked, response.status_code, body(response)) == (asked, 200, samples.FILM)

    def test_a_part_that_lies_outside_is_refused(self, browser, keep):
        file = keep(samples.FILM, "film.mp4")

        for asked in ("bytes=99999-", "bytes=99999-999999", "bytes=-0"):
            response = browser.get(address("media", file), headers={"Range": asked})

            assert (asked, response.status_code) == (asked, 416)
            assert response["Content-Range"] == f"bytes */{file.size}"

    def test_a_part_of_another_version_is_answered_whole(self, browser, keep):
        file = keep(samples.FILM, "film.mp4")
        part = {"Range": "bytes=0-4"}

        assert browser.get(address("media", file), headers={**part, "If-Range": '"other"'}).status_code == 200
        assert browser.get(address("media", file), headers={**part, "If-Range": f'"{file.sha256}"'}).status_code == 206

    def test_documents_are_not_played(self, browser, keep):
        assert browser.get(address("media", keep())).status_code == 404


@pytest.fixture
def places(keep):
    """Return one file per address, each of which shows something there to those who may see it."""
    photo = keep(samples.photo(64, 64), "photo.jpg")
    make_thumbnail(photo.workspace_id, photo.pk)
    return {"file": keep(), "thumbnail": photo, "media": keep(samples.FILM, "film.mp4")}


def statuses(browser, places, slug="eagle"):
    return {browser.get(address(name, file, slug)).status_code for name, file in places.items()}


class TestAccess:
    def test_members_see_files(self, browser, places):
        assert statuses(browser, places) <= {200, 302}

    def test_who_is_not_signed_in_is_asked_to(self, client, places):
        for name, file in places.items():
            path = address(name, file)

            response = client.get(path)

            assert response.status_code == 302
            assert response["Location"] == f"{reverse('account_login')}?next={path}"

    def test_a_stranger_finds_nothing(self, client, places, outsider):
        client.force_login(outsider.user)

        assert statuses(client, places) == {404}
        assert statuses(client, places, "kopi") == {404}

    def test_a_removed_member_loses_a_copied_address_at_once(self, browser, agent, places):
        assert statuses(browser, places) <= {200, 302}

        with workspace_scope(agent.workspace_id):
            agent.removed_at = now()
            agent.save(update_fields=["removed_at"])

        assert statuses(browser, places) == {404}

    def test_what_the_file_hangs_on_decides(self, browser, places, monkeypatch):
        monkeypatch.setattr(access, "_checks", [lambda member, file: False])

        assert statuses(browser, places) == {404}

    def test_an_unused_upload_is_its_uploaders_alone(self, client, agent, colleague, keep):
        file = keep(actor=colleague)

        client.force_login(agent.user)
        assert client.get(address("file", file)).status_code == 404
        client.force_login(colleague.user)
        assert client.get(address("file", file)).status_code in (200, 302)

    def test_a_withdrawn_file_is_gone_at_once(self, browser, places, workspace):
        with workspace_scope(workspace):
            for file in places.values():
                delete_file(file)

        assert statuses(browser, places) == {404}

    def test_an_unknown_file_is_not_there(self, browser, places):
        for file in places.values():
            file.public_id = uuid4()

        assert statuses(browser, places) == {404}

    def test_files_are_only_read_here(self, browser, places):
        assert {browser.post(address(name, file)).status_code for name, file in places.items()} == {405}
