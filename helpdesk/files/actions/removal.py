"""Removing a file: nobody sees it from the moment it is decided; its bytes go in a job."""

from django.db import transaction

from helpdesk.accounts.tenancy import workspace_scope
from helpdesk.files import storage
from helpdesk.files.models import StoredFile
from helpdesk.jobs import enqueue


@transaction.atomic
def delete_file(file: StoredFile) -> None:
    """Withdraw a file for good, in the transaction of the action that gives it up (and that records why)."""
    found = StoredFile.objects.filter(pk=file.pk, state__in=[StoredFile.State.PENDING, StoredFile.State.STORED])
    if found.update(state=StoredFile.State.DELETING):
        file.state = StoredFile.State.DELETING
        enqueue("files.remove", workspace_id=file.workspace_id, file_id=file.pk)


def remove_bytes(workspace_id: int, file_id: int) -> None:
    """Delete the bytes of a withdrawn file, and its row, or what the row says when something still refers to it.

    Call outside of any transaction. Raises `StorageUnavailable`; then the file stays withdrawn, to be tried again.
    """
    with workspace_scope(workspace_id):
        file = StoredFile.objects.deleting().filter(pk=file_id).first()
    if file is None:
        return
    for key in file.keys:
        storage.remove(key)
    with workspace_scope(workspace_id):
        if not StoredFile.objects.deleting().unattached().filter(pk=file_id).delete()[0]:
            _forget(file_id)


def _forget(file_id: int) -> None:
    """Leave a row that says only that there was a file."""
    StoredFile.objects.deleting().filter(pk=file_id).update(
        state=StoredFile.State.DELETED,
        thumbnail_state=StoredFile.Thumbnail.NONE,
        name="",
        declared_type="",
        sniffed_type="",
        sha256="",
        is_mismatch=False,
        width=None,
        height=None,
    )
