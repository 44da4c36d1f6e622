import hashlib
import io
import re
import tempfile

import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.accounts.tenancy import ScopeError, workspace_scope
from helpdesk.errors import RuleViolation
from helpdesk.files.actions.intake import accept, open_file
from helpdesk.files.models import StoredFile
from helpdesk.files.storage import StorageUnavailable
from helpdesk.files.tests import samples
from helpdesk.files.tests.backends import planned, read, stored_keys

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("storage")]


def rows(workspace):
    with workspace_scope(workspace):
        return list(StoredFile.objects.order_by("pk"))


def jobs(task):
    return list(ProcrastinateJob.objects.filter(task_name=task).values_list("args", flat=True))


def test_a_file_is_kept_as_it_came(workspace, agent):
    file = accept(
        workspace.pk,
        io.BytesIO(samples.PDF),
        name="Paper.pdf",
        declared_type="application/pdf",
        max_bytes=1000,
        actor=agent,
    )

    assert rows(workspace) == [file]
    kept = rows(workspace)[0]
    assert (kept.state, kept.name, kept.size) == (StoredFile.State.STORED, "Paper.pdf", len(samples.PDF))
    assert kept.sha256 == hashlib.sha256(samples.PDF).hexdigest()
    assert (kept.sniffed_type, kept.is_mismatch, kept.owner_id) == ("application/pdf", False, agent.pk)
    assert stored_keys() == {kept.key}
    assert read(kept.key) == samples.PDF


def test_a_file_may_come_in_pieces(workspace, keep):
    content = bytes(range(256)) * 1000

    file = accept(
        workspace.pk,
        (content[at : at + 999] for at in range(0, len(content), 999)),
        name="big.bin",
        declared_type="",
        max_bytes=len(content),
        actor=None,
    )

    assert read(file.key) == content


def test_an_empty_file_is_kept(keep):
    file = keep(b"", "nothing.txt")

    assert (file.size, file.sniffed_type) == (0, "")
    assert read(file.key) == b""


def test_a_kept_file_is_opened_bit_by_bit_the_same(keep):
    with open_file(keep(samples.FILM)) as content:
        first = content.read()
        content.seek(0)

        assert content.read() == first == samples.FILM


def test_what_is_too_large_is_refused_with_the_limit(workspace):
    with pytest.raises(RuleViolation, match="1.0\xa0KB"):
        accept(workspace.pk, [b"x" * 1025], name="x", declared_type="", max_bytes=1024, actor=None)

    assert rows(workspace) == []
    assert stored_keys() == set()


def test_reading_stops_at_the_limit(workspace):
    read_so_far = []

    def endless():
        while True:
            read_so_far.append(1)
            yield b"x" * 1000

    with pytest.raises(RuleViolation):
        accept(workspace.pk, endless(), name="x", declared_type="", max_bytes=5000, actor=None)

    assert len(read_so_far) == 6


def test_a_kind_that_is_not_wanted_is_refused_by_its_content(workspace):
    with pytest.raises(RuleViolation, match="cat.png"):
        accept(
            workspace.pk,
            [samples.HTML],
            name="cat.png",
            declared_type="image/png",
            max_bytes=1000,
            actor=None,
            types={"image/png"},
        )

    assert rows(workspace) == []
    assert stored_keys() == set()


def test_no_byte_of_a_name_reaches_the_storage(workspace, keep):
    files = [keep(b"x", name) for name in samples.HOSTILE_NAMES]

    assert stored_keys() == {file.key for file in files}
    assert [file.name for file in rows(workspace)] == [file.name for file in files]
    for file in files:
        assert re.fullmatch(rf"w/{workspace.pk}/\d{{4}}/[0-9a-f-]{{36}}", file.key)


def test_files_of_one_name_do_not_meet(keep):
    assert read(keep(b"one", "same.txt").key) + read(keep(b"two", "same.txt").key) == b"onetwo"


@pytest.mark.parametrize(("name", "declared_type", "content"), samples.POLYGLOTS.values(), ids=samples.POLYGLOTS)
def test_a_file_that_pretends_is_kept_flagged_and_never_shown(keep, name, declared_type, content):
    file = keep(content, name, declared_type)

    assert file.is_mismatch
    assert file.thumbnail_state == StoredFile.Thumbnail.NONE
    assert not file.is_playable
    assert jobs("files.thumbnail") == []


def test_a_picture_asks_for_its_small_copies(workspace, keep):
    file = keep(samples.photo(64, 64), "photo.jpg")

    assert file.thumbnail_state == StoredFile.Thumbnail.PENDING
    assert jobs("files.thumbnail") == [{"workspace_id": workspace.pk, "file_id": file.pk}]


@pytest.mark.parametrize("moment", ["before write", "during write", "after write"])
def test_a_storage_that_fails_leaves_nothing_behind(workspace, keep, moment):
    with planned(moment, OSError("no space left")), pytest.raises(StorageUnavailable):
        keep(samples.photo(64, 64), "photo.jpg")

    assert rows(workspace) == []
    assert stored_keys() == set()
    assert jobs("files.thumbnail") == []


def test_no_room_for_a_temporary_copy_is_a_storage_that_fails(workspace, keep, monkeypatch, tmp_path):
    with monkeypatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
        with pytest.raises(StorageUnavailable):
            keep(b"x" * 2_000_000)

    assert rows(workspace) == []
    assert stored_keys() == set()


def test_the_network_is_never_waited_for_inside_a_transaction(workspace, keep):
    with pytest.raises(ScopeError), transaction.atomic():
        keep()

    assert rows(workspace) == []
    assert stored_keys() == set()


def test_the_same_bytes_of_two_workspaces_are_two_files(workspace, other_workspace, keep):
    ours, theirs = keep(), keep(place=other_workspace)

    assert ours.key.startswith(f"w/{workspace.pk}/")
    assert theirs.key.startswith(f"w/{other_workspace.pk}/")
    assert rows(workspace) == [ours]
    assert rows(other_workspace) == [theirs]
