import io

import pytest
from PIL import Image

from helpdesk.accounts.tenancy import workspace_scope
from helpdesk.files import announce, storage
from helpdesk.files.actions.removal import delete_file
from helpdesk.files.actions.thumbnail import make_thumbnail
from helpdesk.files.models import StoredFile
from helpdesk.files.storage import StorageUnavailable
from helpdesk.files.tests import samples
from helpdesk.files.tests.backends import planned, read, stored_keys

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("storage")]
Thumbnail = StoredFile.Thumbnail


def made(file):
    make_thumbnail(file.workspace_id, file.pk)
    with workspace_scope(file.workspace_id):
        return StoredFile.objects.get(pk=file.pk)


@pytest.fixture
def heard(monkeypatch):
    heard = []
    monkeypatch.setattr(announce, "_listeners", [lambda file: heard.append((file.pk, file.thumbnail_state))])
    return heard


def test_a_picture_gets_its_small_copies_and_its_measures(keep, heard):
    file = made(keep(samples.turned_photo(), "photo.jpg"))

    assert (file.thumbnail_state, file.width, file.height) == (Thumbnail.MADE, 480, 640)
    assert stored_keys() == {file.key, file.thumbnail_key, file.preview_key}
    assert len(read(file.thumbnail_key)) <= 20_000
    assert Image.open(io.BytesIO(read(file.preview_key))).format == "WEBP"
    assert heard == [(file.pk, "made")]


def test_the_original_is_left_as_it_came(keep):
    photo = samples.turned_photo()

    assert read(made(keep(photo, "photo.jpg")).key) == photo


@pytest.mark.parametrize("bomb", [samples.huge_picture, samples.swollen_text], ids=["pixels", "text"])
def test_a_bomb_stays_a_file_to_download(keep, heard, bomb):
    file = made(keep(bomb(), "photo.png"))

    assert (file.thumbnail_state, file.has_thumbnail) == (Thumbnail.FAILED, False)
    assert stored_keys() == {file.key}
    assert heard == [(file.pk, "failed")]


def test_the_worker_goes_on_after_a_bomb(keep):
    made(keep(samples.huge_picture(), "bomb.png"))

    assert made(keep(samples.photo(64, 64), "photo.jpg")).has_thumbnail


def test_copies_are_made_once(keep, heard):
    file = keep(samples.photo(64, 64), "photo.jpg")

    made(file)
    made(file)

    assert heard == [(file.pk, "made")]


@pytest.mark.parametrize("moment", ["before write", "during write", "after write"])
def test_a_failing_storage_is_tried_again(keep, moment):
    file = keep(samples.photo(64, 64), "photo.jpg")

    with planned(moment, OSError("no space left")), pytest.raises(StorageUnavailable):
        made(file)

    assert made(file).has_thumbnail
    assert stored_keys() == set(file.keys)


def test_a_file_withdrawn_meanwhile_keeps_no_copies(keep, monkeypatch):
    file = keep(samples.photo(64, 64), "photo.jpg")
    monkeypatch.setattr(
        "helpdesk.files.actions.thumbnail.make_copies", withdrawing(file, make_thumbnail.__globals__["make_copies"])
    )

    make_thumbnail(file.workspace_id, file.pk)

    assert stored_keys() == {file.key}


def withdrawing(file, make_copies):
    """Make the copies as ever, but let somebody delete the file in that moment."""

    def make(content):
        with workspace_scope(file.workspace_id):
            delete_file(file)
        return make_copies(content)

    return make


def test_a_file_whose_bytes_are_lost_gets_none(keep):
    file = keep(samples.photo(64, 64), "photo.jpg")

    storage.remove(file.key)

    assert made(file).thumbnail_state == Thumbnail.FAILED
