import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.accounts.tenancy import ScopeError, workspace_scope
from helpdesk.files.actions.removal import delete_file, remove_bytes
from helpdesk.files.actions.thumbnail import make_thumbnail
from helpdesk.files.models import StoredFile
from helpdesk.files.storage import StorageUnavailable
from helpdesk.files.tests import samples
from helpdesk.files.tests.backends import planned, stored_keys

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("storage")]


def withdraw(file):
    with workspace_scope(file.workspace_id):
        delete_file(file)


def found(file):
    with workspace_scope(file.workspace_id):
        return StoredFile.objects.filter(pk=file.pk).first()


def test_a_withdrawn_file_is_out_of_sight_before_its_bytes_are_gone(keep):
    file = keep()

    withdraw(file)

    assert found(file).state == StoredFile.State.DELETING
    assert stored_keys() == {file.key}
    jobs = ProcrastinateJob.objects.filter(task_name="files.remove").values_list("args", flat=True)
    assert list(jobs) == [{"workspace_id": file.workspace_id, "file_id": file.pk}]


def test_withdrawing_twice_asks_once(keep):
    file = keep()

    withdraw(file)
    withdraw(file)

    assert ProcrastinateJob.objects.filter(task_name="files.remove").count() == 1


def test_a_picture_goes_with_its_small_copies_and_its_row(keep):
    file = keep(samples.photo(64, 64), "photo.jpg")
    make_thumbnail(file.workspace_id, file.pk)
    withdraw(file)

    remove_bytes(file.workspace_id, file.pk)

    assert stored_keys() == set()
    assert found(file) is None


def test_of_a_file_that_is_referred_to_the_row_remains_and_tells_nothing(keep, use):
    file = keep(samples.PDF, "medical report.pdf", "application/pdf")
    use(file)
    withdraw(file)

    remove_bytes(file.workspace_id, file.pk)

    left = found(file)
    assert stored_keys() == set()
    assert (left.state, left.name, left.sha256, left.declared_type, left.sniffed_type) == ("deleted", "", "", "", "")


def test_only_what_was_withdrawn_is_removed(keep):
    file = keep()

    remove_bytes(file.workspace_id, file.pk)

    assert found(file).state == StoredFile.State.STORED
    assert stored_keys() == {file.key}


def test_a_storage_that_fails_leaves_the_file_withdrawn(keep):
    file = keep()
    withdraw(file)

    with planned("before delete", OSError("out of reach")), pytest.raises(StorageUnavailable):
        remove_bytes(file.workspace_id, file.pk)

    assert found(file).state == StoredFile.State.DELETING
    remove_bytes(file.workspace_id, file.pk)
    assert found(file) is None


def test_bytes_are_not_removed_inside_a_transaction(keep):
    file = keep()
    withdraw(file)

    with pytest.raises(ScopeError), workspace_scope(file.workspace_id):
        remove_bytes(file.workspace_id, file.pk)

    assert stored_keys() == {file.key}
