"""The small copies of a stored picture; without them it can still be downloaded."""

import io
import logging

from helpdesk.accounts.tenancy import workspace_scope
from helpdesk.files import storage
from helpdesk.files.announce import announce
from helpdesk.files.models import StoredFile
from helpdesk.files.thumbnails import Copies, NotAPicture, make_copies

logger = logging.getLogger(__name__)


def make_thumbnail(workspace_id: int, file_id: int) -> None:
    """Make and keep the copies, once. Call outside of any transaction. Raises `StorageUnavailable`."""
    with workspace_scope(workspace_id):
        wanted = StoredFile.objects.stored().filter(pk=file_id, thumbnail_state=StoredFile.Thumbnail.PENDING).first()
    if wanted is None:
        return
    try:
        with storage.fetch(wanted.key) as content:
            copies = make_copies(content)
    except (NotAPicture, FileNotFoundError) as error:
        logger.warning("file %s gets no thumbnail: %s", file_id, error)
        _finish(wanted, {"thumbnail_state": StoredFile.Thumbnail.FAILED})
        return
    _keep(wanted, copies)


def _keep(file: StoredFile, copies: Copies) -> None:
    for key, copy in ((file.thumbnail_key, copies.thumbnail), (file.preview_key, copies.preview)):
        storage.remove(key)
        storage.put(key, io.BytesIO(copy))
    made = {"thumbnail_state": StoredFile.Thumbnail.MADE, "width": copies.width, "height": copies.height}
    if not _finish(file, made):
        storage.remove(file.thumbnail_key)
        storage.remove(file.preview_key)


def _finish(file: StoredFile, values: dict[str, object]) -> bool:
    """Write the outcome unless the file was withdrawn meanwhile, and tell open pages."""
    with workspace_scope(file.workspace_id):
        changed = StoredFile.objects.stored().filter(pk=file.pk).update(**values)
        if changed:
            announce(StoredFile.objects.get(pk=file.pk))
    return bool(changed)
