import pytest

from messaging.actions.replies import send_text, write_note
from messaging.actions.sending import doubt, fail
from messaging.channels.whatsapp.errors import Action
from messaging.models import Draft, Message
from messaging.tests.bodies import text_message
from messaging.tests.scenes import claimed, fresh, hear, jobs, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def queued(inside, desk, agent) -> Message:
    with inside():
        return send_text(desk, actor=agent, text="Baik")


def spoil(inside, message: Message, state: str) -> None:
    with inside():
        if state == "failed":
            fail(claimed(message), action=Action.FAIL, code=131026, text="Not on WhatsApp")
        elif state == "unconfirmed":
            doubt(claimed(message))


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize(
    ("name", "before", "after"),
    [("retry", "failed", "queued"), ("resend", "unconfirmed", "queued"), ("confirmation", "unconfirmed", "sent")],
)
def test_a_decision_about_a_message_shows_its_new_state(browser, inside, queued, name, before, after, script):
    spoil(inside, queued, before)

    answer = browser.do(name, 1, queued.pk, script=script)

    assert answer.status_code == (200 if script else 302)
    assert (f'id="message-{queued.pk}"' in answer.content.decode()) == script
    with inside():
        assert fresh(queued).state == after


@pytest.mark.parametrize("script", [True, False])
def test_undo_takes_the_message_away_and_gives_the_text_back(browser, inside, queued, script):
    answer = browser.do("undo", 1, queued.pk, script=script)

    content = answer.content.decode()
    assert answer.status_code == (200 if script else 302)
    if script:
        assert f'<div class="gone" id="message-{queued.pk}">' in content
        assert "Baik</textarea>" in content
    with inside():
        assert not Message.objects.filter(pk=queued.pk).exists()
        assert Draft.objects.get().text == "Baik"


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("name", ["retry", "resend", "confirmation", "media_fetch"])
def test_a_refusal_is_409_and_changes_nothing(browser, inside, queued, name, script):
    with inside():
        before = jobs()

    assert browser.do(name, 1, queued.pk, script=script).status_code == 409

    with inside():
        assert (fresh(queued).state, jobs()) == ("queued", before)


def test_what_is_on_its_way_cannot_be_undone(browser, inside, queued):
    with inside():
        claimed(queued)

    assert browser.do("undo", 1, queued.pk).status_code == 409
    with inside():
        assert fresh(queued).state == "sending"


@pytest.mark.parametrize("script", [True, False])
def test_a_file_is_fetched_again(browser, inside, channel, desk, script):
    with inside():
        hear(channel, text_message(type="image", image={"id": "media-1", "mime_type": "image/jpeg"}))
        image = Message.objects.get(kind="image")
        Message.objects.filter(pk=image.pk).update(media_state="failed")

    assert browser.do("media_fetch", 1, image.pk, script=script).status_code == (200 if script else 302)

    with inside():
        assert fresh(image).media_state == "pending"
        assert len(jobs("messaging.fetch_media")) == 2


@pytest.mark.parametrize("name", ["undo", "retry", "resend", "confirmation", "media_fetch", "reaction"])
def test_a_message_of_another_conversation_is_not_found(browser, inside, channel, queued, agent, name):
    with inside():
        other = write(channel, sender="628111222333")
        note = write_note(other.conversation, actor=agent, text="psst")

    assert [browser.do(name, 1, each).status_code for each in (other.pk, note.pk, 10**17)] == [404, 404, 404]
    assert browser.do(name, 99, queued.pk).status_code == 404
