import json
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils.timezone import now

from helpdesk.accounts.models import Workspace
from helpdesk.accounts.tenancy import workspace_scope
from helpdesk.files import storage
from helpdesk.files.actions.removal import delete_file, remove_bytes
from helpdesk.files.actions.sweep import Swept, sweep_rows, sweep_storage
from helpdesk.files.actions.thumbnail import make_thumbnail
from helpdesk.files.models import StoredFile, new_key
from helpdesk.files.tests import samples
from helpdesk.files.tests.backends import Crash, planned, stored_keys

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("storage")]
MOMENTS = ["before write", "during write", "after write"]


@contextmanager
def later(**time):
    with time_machine.travel(now() + timedelta(**time), tick=False):
        yield


def sweep():
    swept = Swept()
    sweep_rows(swept)
    sweep_storage(swept)
    return swept


def rows():
    found = []
    for workspace in Workspace.objects.all():
        with workspace_scope(workspace):
            found += list(StoredFile.objects.all())
    return found


def assert_rows_and_storage_agree():
    expected = set()
    for file in rows():
        assert file.state in (StoredFile.State.STORED, StoredFile.State.DELETED)
        if file.is_stored:
            expected |= set(file.keys if file.has_thumbnail else [file.key])
    assert stored_keys() == expected


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_death_while_taking_a_file_in_leaves_nothing(keep, use, moment):
    use(keep(samples.PDF, "earlier.pdf"))
    with planned(moment, Crash()), pytest.raises(Crash):
        keep(samples.photo(64, 64), "photo.jpg")
    assert [file.state for file in rows()].count(StoredFile.State.PENDING) == 1

    with later(hours=25):
        sweep()

    assert [file.name for file in rows()] == ["earlier.pdf"]
    assert_rows_and_storage_agree()


@pytest.mark.parametrize("moment", ["before delete", "after delete"])
def test_a_death_while_deleting_ends_with_the_file_gone(keep, moment):
    file = keep()
    with workspace_scope(file.workspace_id):
        delete_file(file)
    with planned(moment, Crash()), pytest.raises(Crash):
        remove_bytes(file.workspace_id, file.pk)

    sweep()

    assert rows() == []
    assert_rows_and_storage_agree()


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_death_while_making_copies_ends_with_copies_or_none(keep, use, moment):
    file = keep(samples.photo(64, 64), "photo.jpg")
    use(file)
    with planned(moment, Crash()), pytest.raises(Crash):
        make_thumbnail(file.workspace_id, file.pk)

    with later(hours=25):
        sweep()
    make_thumbnail(file.workspace_id, file.pk)

    assert rows()[0].has_thumbnail
    assert_rows_and_storage_agree()


def test_an_order_is_given_an_hour(keep):
    with planned("before write", Crash()), pytest.raises(Crash):
        keep()

    with later(minutes=59):
        assert sweep() == Swept()
    with later(minutes=61):
        assert sweep() == Swept(unfinished=1, withdrawn=0)
    assert rows() == []


def test_a_file_that_nobody_uses_is_given_a_day(keep):
    keep()

    with later(hours=23):
        assert sweep() == Swept()
    with later(hours=25):
        assert sweep() == Swept(unattached=1)
    assert rows() == []
    assert stored_keys() == set()


def test_a_file_in_use_stays_for_good(keep, use):
    file = keep()
    use(file)

    with later(days=400):
        assert sweep() == Swept()
    assert rows() == [file]
    assert_rows_and_storage_agree()


def test_what_lies_about_without_a_row_is_given_a_day(workspace):
    storage.put(new_key(workspace.pk), BytesIO(b"stray"))
    storage.put(new_key(workspace.pk) + "-320", BytesIO(b"stray copy"))
    storage.put(new_key(999_999), BytesIO(b"of a workspace that is gone"))

    with later(hours=23):
        assert sweep() == Swept()
    with later(hours=25):
        assert sweep() == Swept(strays=3)
    assert stored_keys() == set()


def test_a_copy_made_after_its_file_was_deleted_is_a_stray(keep, use):
    file = keep(samples.photo(64, 64), "photo.jpg")
    use(file)
    with workspace_scope(file.workspace_id):
        delete_file(file)
    remove_bytes(file.workspace_id, file.pk)
    storage.put(file.thumbnail_key, BytesIO(b"late"))

    with later(hours=25):
        assert sweep() == Swept(strays=1)
    assert_rows_and_storage_agree()


def test_lost_bytes_are_counted_and_the_row_is_left(keep, use, caplog):
    file = keep()
    use(file)
    storage.remove(file.key)

    with later(hours=2):
        assert sweep() == Swept(missing=1)
    assert rows() == [file]
    assert "1 stored files are missing" in caplog.text


def test_one_workspace_is_not_swept_for_another(keep, use, other_workspace):
    ours = keep()
    use(ours)
    keep(place=other_workspace)

    with later(hours=25):
        assert sweep() == Swept(unattached=1)
    assert rows() == [ours]


class TestCommand:
    def run(self, *options):
        out = StringIO()
        call_command("sweep_uploads", *options, stdout=out)
        return out.getvalue()

    def test_a_dry_run_counts_and_deletes_nothing(self, keep, workspace):
        file = keep()
        storage.put(new_key(workspace.pk), BytesIO(b"stray"))
        before = stored_keys()

        with later(hours=25):
            answer = json.loads(self.run("--dry-run", "--json"))

        assert answer == {**asdict(Swept(unattached=1, strays=1)), "dry_run": True}
        assert rows() == [file]
        assert stored_keys() == before

    def test_it_says_what_it_did(self, keep):
        keep()

        with later(hours=25):
            text = self.run()

        assert text == "0 unfinished, 1 unused, 0 withdrawn, 0 without a row, 0 with bytes missing\n"
        assert rows() == []

    def test_lost_bytes_have_an_exit_code_of_their_own(self, keep, use):
        file = keep()
        use(file)
        storage.remove(file.key)

        with later(hours=2), pytest.raises(SystemExit) as end:
            self.run()

        assert end.value.code == 3

    def test_a_failing_storage_is_a_sentence(self, keep):
        keep()

        with (
            later(hours=25),
            planned("before delete", OSError("out of reach")),
            pytest.raises(CommandError, match="storage failed"),
        ):
            self.run()
