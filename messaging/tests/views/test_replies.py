import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from helpdesk.accounts import permissions
from helpdesk.files.models import StoredFile
from messaging.actions.replies import react, send_text, write_note
from messaging.actions.resolution import resolve_conversation
from messaging.models import Draft, Message
from messaging.simulator.provider.samples import picture
from messaging.tests.scenes import echo, fresh, jobs, reply, unread_of, write

pytestmark = pytest.mark.django_db


def outbound() -> list[Message]:
    return list(Message.objects.filter(direction="out").order_by("id"))


def compose(**more) -> dict:
    return {"text": "Baik", "client_token": str(uuid.uuid4()), **more}


def answers(answer) -> str:
    return answer.content.decode()


class TestReplying:
    def test_the_parts_that_changed_come_back(self, browser, inside, desk, agent):
        answer = browser.do("messages", 1, **compose())

        assert answer.status_code == 200
        with inside():
            (message,) = outbound()
            assert (message.text, message.state, fresh(desk).assignee) == ("Baik", "queued", agent)
        content = answers(answer)
        for part in (f'id="message-{message.pk}"', 'id="thread-header"', 'id="composer"', 'id="conversation-1"'):
            assert part in content
        assert "<html" not in content

    def test_without_javascript_the_page_comes_back(self, browser, inside, desk):
        answer = browser.do("messages", 1, script=False, **compose())

        assert (answer.status_code, answer.url) == (302, "/w/eagle/inbox/1/")
        with inside():
            assert len(outbound()) == 1

    def test_the_same_form_twice_sends_once(self, browser, inside, desk):
        form = compose()

        codes = [browser.do("messages", 1, **form).status_code for _ in range(2)]

        assert codes == [200, 200]
        with inside():
            assert len(outbound()) == len(jobs("messaging.deliver")) == 1

    def test_the_next_form_has_another_key(self, browser, desk):
        form = compose()

        content = answers(browser.do("messages", 1, **form))

        key = re.search(r'name="client_token" value="([^"]+)"', content)
        assert key is not None
        assert key[1] != form["client_token"]

    def test_a_note_is_written_from_the_same_form(self, browser, inside, desk):
        answer = browser.do("messages", 1, **compose(mode="note"))

        assert answer.status_code == 200
        with inside():
            assert outbound() == []
            assert Message.objects.get(kind="note").text == "Baik"

    @pytest.mark.parametrize("script", [True, False])
    def test_what_a_rule_refuses_is_409_with_its_sentence(self, browser, inside, desk, agent, script):
        with inside():
            resolve_conversation(desk, actor=agent)

        answer = browser.do("messages", 1, script=script, **compose())

        assert answer.status_code == 409
        assert "Reopen it to write" in answers(answer)
        assert ('role="alert"' in answers(answer)) or not script
        with inside():
            assert outbound() == []
            assert jobs() == []

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            ({"text": ""}, "Write something first."),
            ({"text": "   "}, "Write something first."),
            ({"text": "x" * 4097}, "4096"),
            ({"text": "a\x00b"}, "Null characters"),
            ({"client_token": ""}, ""),
            ({"client_token": "1"}, ""),
            ({"client_token": "\x00"}, ""),
            ({"quoted": "9" * 40}, ""),
            ({"quoted": "-1"}, ""),
            ({"quoted": "\x00"}, ""),
            ({"quoted": "one"}, ""),
            ({"seen": "9" * 30}, ""),
            ({"seen": "-1"}, ""),
            ({"mode": "shout"}, ""),
        ],
    )
    @pytest.mark.parametrize("script", [True, False])
    def test_what_is_not_valid_is_422(self, browser, inside, desk, change, sentence, script):
        answer = browser.do("messages", 1, script=script, **compose(**change))

        assert answer.status_code == 422
        assert sentence in answers(answer)
        with inside():
            assert outbound() == []
            assert jobs() == []

    def test_a_text_of_4096_characters_is_sent_as_it_is(self, browser, inside, desk):
        assert browser.do("messages", 1, **compose(text="é" * 4096)).status_code == 200

        with inside():
            assert outbound()[0].text == "é" * 4096

    def test_a_message_of_another_conversation_cannot_be_quoted(self, browser, inside, channel, desk):
        with inside():
            other = write(channel, sender="628111222333")

        assert browser.do("messages", 1, **compose(quoted=other.pk)).status_code == 422

    def test_a_quote_goes_along(self, browser, inside, desk):
        with inside():
            first = desk.messages.get()

        browser.do("messages", 1, **compose(quoted=first.pk))

        with inside():
            assert outbound()[0].quoted == first


class TestColleagues:
    """A colleague's reply that is not on the page yet is shown first, and the form asks."""

    @pytest.fixture
    def seen(self, inside, desk) -> int:
        with inside():
            return desk.messages.latest("pk").pk

    def test_the_first_submit_asks_and_the_second_sends(self, browser, inside, desk, colleague, seen):
        with inside():
            theirs = send_text(desk, actor=colleague, text="I have it")
            first = desk.messages.get(direction="in")
        form = compose(seen=seen, quoted=first.pk)

        asked = browser.do("messages", 1, **form)

        content = answers(asked)
        assert asked.status_code == 200
        assert "Sari Wulandari replied meanwhile. Send yours as well?" in content
        assert f'id="message-{theirs.pk}"' in content
        assert "Baik</textarea>" in content
        for name, value in (("client_token", form["client_token"]), ("quoted", first.pk), ("seen", theirs.pk)):
            assert f'name="{name}" value="{value}"' in content
        with inside():
            assert outbound() == [theirs]

        assert browser.do("messages", 1, **form, anyway="1").status_code == 200
        with inside():
            assert [(each.text, each.quoted) for each in outbound()] == [("I have it", None), ("Baik", first)]

    def test_without_javascript_the_whole_page_asks(self, browser, inside, desk, colleague, seen):
        with inside():
            send_text(desk, actor=colleague, text="I have it")

        asked = browser.do("messages", 1, script=False, **compose(seen=seen))

        content = answers(asked)
        assert asked.status_code == 200
        for part in ("<html", 'id="inbox-list"', "Sari Wulandari replied meanwhile", "Baik</textarea>", "I have it"):
            assert part in content
        with inside():
            assert len(outbound()) == 1

    def test_the_form_that_asked_has_seen_the_reply(self, browser, inside, desk, colleague, seen):
        with inside():
            theirs = send_text(desk, actor=colleague, text="I have it")

        assert "meanwhile" not in answers(browser.do("messages", 1, **compose(seen=theirs.pk)))
        with inside():
            assert len(outbound()) == 2

    def test_a_reply_from_the_phone_is_asked_about_too(self, browser, inside, channel, desk, seen):
        with inside():
            echo(channel, "Sudah")

        assert "Somebody with the phone replied meanwhile" in answers(browser.do("messages", 1, **compose(seen=seen)))
        with inside():
            assert len(outbound()) == 1

    @pytest.mark.parametrize("what", ["my own", "a note", "of the customer", "a reaction"])
    def test_nothing_else_is_asked_about(self, browser, inside, channel, desk, agent, colleague, seen, what):
        with inside():
            {
                "my own": lambda: reply(desk, agent, "mine"),
                "a note": lambda: write_note(desk, actor=colleague, text="psst"),
                "of the customer": lambda: write(channel, "Hello?"),
                "a reaction": lambda: react(desk, actor=colleague, target=desk.messages.get(), emoji="👍"),
            }[what]()

        assert "meanwhile" not in answers(browser.do("messages", 1, **compose(seen=seen)))
        with inside():
            assert outbound()[-1].text == "Baik"

    def test_a_note_is_never_asked_about(self, browser, inside, desk, colleague, seen):
        with inside():
            send_text(desk, actor=colleague, text="I have it")

        browser.do("messages", 1, **compose(seen=seen, mode="note"))

        with inside():
            assert Message.objects.filter(kind="note").count() == 1


@pytest.mark.django_db(transaction=True)
class TestFiles:
    def test_a_picture_is_kept_and_queued_with_its_caption(self, browser, inside, desk):
        file = SimpleUploadedFile("paspor.png", picture("png"), content_type="image/png")

        answer = browser.do("messages", 1, **compose(file=file, text="Paspor"))

        assert answer.status_code == 200
        with inside():
            (message,) = outbound()
            assert (message.kind, message.text, message.media_state) == ("image", "Paspor", "stored")
            assert (message.media.name, message.media.sniffed_type) == ("paspor.png", "image/png")

    @pytest.mark.parametrize(
        ("name", "content", "code", "sentence"),
        [
            ("big.png", picture("png") + b"\0" * 5 * 1024 * 1024, 409, "WhatsApp takes pictures up to 5 MB"),
            ("a.webp", picture("webp") + b"\0" * 200_000, 409, "stickers"),
            ("empty.txt", b"", 409, "empty"),
        ],
    )
    def test_what_whatsapp_does_not_take_is_refused_with_the_limit(
        self, browser, inside, desk, name, content, code, sentence
    ):
        answer = browser.do("messages", 1, **compose(file=SimpleUploadedFile(name, content), text=""))

        assert (answer.status_code, sentence in answers(answer)) == (code, True), answers(answer)
        with inside():
            assert outbound() == []
            assert jobs("messaging.deliver") == []

    def test_a_caption_that_is_too_long_is_refused_before_the_file_is_kept(self, browser, inside, desk):
        file = SimpleUploadedFile("paspor.png", picture("png"), content_type="image/png")

        answer = browser.do("messages", 1, **compose(file=file, text="x" * 1025))

        assert (answer.status_code, "1024" in answers(answer)) == (409, True)
        with inside():
            assert outbound() == []
            assert not StoredFile.objects.exists()

    def test_the_same_form_twice_keeps_the_file_once(self, browser, inside, desk):
        form = compose(text="")

        for _ in range(2):
            file = SimpleUploadedFile("paspor.png", picture("png"), content_type="image/png")
            assert browser.do("messages", 1, **form, file=file).status_code == 200

        with inside():
            assert len(outbound()) == 1
            assert StoredFile.objects.filter(state="stored").count() == 1


class TestNotes:
    @pytest.mark.parametrize("script", [True, False])
    def test_a_note_is_added(self, browser, inside, desk, colleague, script):
        answer = browser.do("notes", 1, script=script, **compose(text="psst"))

        assert answer.status_code == (200 if script else 302)
        with inside():
            note = Message.objects.get(kind="note")
            assert (note.text, note.direction) == ("psst", "internal")
            assert unread_of(desk) == {"Dewi Lestari": 1}
            assert jobs() == []
        assert (f'id="message-{note.pk}"' in answers(answer)) == script

    @pytest.mark.parametrize("form", [{"text": ""}, {"text": "x" * 4097}, {"client_token": "x"}, {"text": "\x00"}])
    def test_what_is_not_valid_is_422(self, browser, inside, desk, form):
        assert browser.do("notes", 1, **compose(**form)).status_code == 422

        with inside():
            assert not Message.objects.filter(kind="note").exists()


class TestReactions:
    @pytest.mark.parametrize("script", [True, False])
    def test_a_reaction_shows_on_its_message(self, browser, inside, desk, script):
        with inside():
            target = desk.messages.get()

        answer = browser.do("reaction", 1, target.pk, script=script, emoji="👍")

        assert answer.status_code == (200 if script else 302)
        assert (f'id="message-{target.pk}"' in answers(answer)) == script
        with inside():
            assert fresh(target).reactions == [{"side": "out", "emoji": "👍"}]

    def test_an_emoji_is_short(self, browser, inside, desk):
        with inside():
            target = desk.messages.get()

        assert browser.do("reaction", 1, target.pk, emoji="x" * 17).status_code == 422

    def test_a_reaction_to_our_own_message_is_refused(self, browser, inside, desk, agent):
        with inside():
            ours = reply(desk, agent)

        assert browser.do("reaction", 1, ours.pk, emoji="👍").status_code == 409

    def test_a_message_of_another_conversation_is_not_found(self, browser, inside, channel, desk):
        with inside():
            other = write(channel, sender="628111222333")

        assert browser.do("reaction", 1, other.pk, emoji="👍").status_code == 404
        with inside():
            assert fresh(other).reactions == []


def test_who_only_looks_may_not_write(browser, inside, desk, monkeypatch):
    monkeypatch.setitem(permissions.PERMISSIONS, "agent", frozenset({permissions.Permission.CONVERSATIONS_VIEW}))

    assert browser.see("conversation", 1).status_code == 200
    for name, *args in (("messages", 1), ("notes", 1), ("assignment", 1), ("resolution", 1)):
        assert browser.do(name, *args, **compose()).status_code == 403
    with inside():
        assert Message.objects.count() == 1
        assert not Draft.objects.exists()
