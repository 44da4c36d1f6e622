from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.errors import RuleViolation
from helpdesk.files.models import StoredFile
from messaging.actions.media import fetch_again, pending_media, settle_media
from messaging.channels.whatsapp.errors import Action, NotRead
from messaging.models import Message
from messaging.tests.bodies import text_message
from messaging.tests.scenes import fresh, hear, jobs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_workspace")]


@pytest.fixture
def picture(channel) -> Message:
    hear(channel, text_message(type="image", image={"id": "media-1", "mime_type": "image/jpeg"}))
    return Message.objects.get()


@pytest.fixture
def file(workspace) -> StoredFile:
    return stored(workspace, "w/1/x")


def stored(workspace, key: str) -> StoredFile:
    return StoredFile.objects.create(
        workspace=workspace, state="stored", key=key, name="a.jpg", sniffed_type="image/jpeg", size=9, sha256="0"
    )


def test_a_fetched_file_is_shown(picture, file):
    assert settle_media(picture, file, attempts=0) is None

    assert (fresh(picture).media, fresh(picture).media_state) == (file, "stored")
    assert pending_media(picture.pk) is None


@pytest.mark.parametrize(("attempts", "wait"), [(0, 5), (1, 10), (5, 160), (12, 3600), (500, 3600)])
def test_a_fetch_that_failed_is_tried_again_with_growing_waits(picture, attempts, wait):
    assert settle_media(picture, NotRead(Action.RETRY, text="gone fishing"), attempts=attempts) == wait

    assert fresh(picture).media_state == "pending"


def test_after_six_days_it_says_that_it_failed(picture):
    Message.objects.update(created_at=timezone.now() - timedelta(days=6))

    assert settle_media(fresh(picture), NotRead(Action.RETRY), attempts=3) is None

    assert fresh(picture).media_state == "failed"
    assert pending_media(picture.pk) is None


def test_what_can_never_be_fetched_fails_at_once(picture):
    assert settle_media(picture, NotRead(Action.FAIL, text="not the provider's"), attempts=0) is None

    assert fresh(picture).media_state == "failed"


@pytest.mark.parametrize("state", ["failed", "pending"])
def test_a_person_may_ask_for_another_try(picture, agent, state):
    Message.objects.update(media_state=state)
    before = len(jobs("messaging.fetch_media"))

    fetch_again(picture, actor=agent)

    assert fresh(picture).media_state == "pending"
    assert len(jobs("messaging.fetch_media")) == before + 1


def test_what_is_here_is_not_fetched_again(picture, agent, file):
    settle_media(picture, file, attempts=0)
    before = jobs()

    with pytest.raises(RuleViolation, match="here already"):
        fetch_again(picture, actor=agent)

    assert (fresh(picture).media, jobs()) == (file, before)


def test_of_two_tries_that_both_succeed_the_first_is_kept_and_the_second_goes(workspace, picture, file):
    second = stored(workspace, "w/1/y")

    settle_media(picture, file, attempts=0)
    settle_media(picture, second, attempts=0)

    assert fresh(picture).media == file
    assert fresh(second).state == "deleting"


def test_a_failure_after_a_success_takes_nothing_away(picture, file):
    settle_media(picture, file, attempts=0)

    assert settle_media(picture, NotRead(Action.FAIL), attempts=1) is None

    assert (fresh(picture).media, fresh(picture).media_state) == (file, "stored")
