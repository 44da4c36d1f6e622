"""Making rows and storage agree again after crashes, and clearing away what nobody uses."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from django.utils.timezone import now

from helpdesk.accounts.models import Workspace
from helpdesk.accounts.tenancy import workspace_scope
from helpdesk.files import storage
from helpdesk.files.actions.removal import remove_bytes
from helpdesk.files.models import COPIES, StoredFile

ORDER_PATIENCE = timedelta(hours=1)
PATIENCE = timedelta(hours=24)
BATCH = 500

logger = logging.getLogger(__name__)


@dataclass
class Swept:
    """How many were found; unless it was a dry run, they are gone. `missing` are rows whose bytes are lost."""

    unfinished: int = 0
    unattached: int = 0
    withdrawn: int = 0
    strays: int = 0
    missing: int = 0


def sweep_rows(swept: Swept, *, dry_run: bool = False) -> None:
    """Finish deletions, and give up orders an hour old and stored files that for a day nothing has referred to."""
    for workspace_id in Workspace.objects.order_by("pk").values_list("pk", flat=True):
        with workspace_scope(workspace_id):
            files = StoredFile.objects.filter(workspace_id=workspace_id)
            unfinished = files.pending().filter(created_at__lt=now() - ORDER_PATIENCE)
            unattached = files.stored().filter(created_at__lt=now() - PATIENCE).unattached()
            swept.withdrawn += files.deleting().count()
            swept.unfinished += unfinished.count() if dry_run else unfinished.update(state=StoredFile.State.DELETING)
            swept.unattached += unattached.count() if dry_run else unattached.update(state=StoredFile.State.DELETING)
            withdrawn = [] if dry_run else list(files.deleting().values_list("pk", flat=True))
        for file_id in withdrawn:
            remove_bytes(workspace_id, file_id)


def sweep_storage(swept: Swept, *, dry_run: bool = False) -> None:
    """Delete what has lain in the storage for a day without a row, and count rows without their bytes."""
    stored = {int(name) for name in storage.folders("w") if name.isdecimal()}
    for workspace_id in sorted(stored.union(Workspace.objects.values_list("pk", flat=True))):
        keys = set(_keys(workspace_id))
        swept.missing += _count_missing(workspace_id, keys)
        for stray in _strays(workspace_id, keys):
            swept.strays += 1
            if not dry_run:
                storage.remove(stray)
    if swept.missing:
        logger.error("%s stored files are missing in the storage", swept.missing)


def _keys(workspace_id: int) -> Iterator[str]:
    for year in storage.folders(f"w/{workspace_id}"):
        folder = f"w/{workspace_id}/{year}"
        yield from (f"{folder}/{name}" for name in storage.files(folder))


def _count_missing(workspace_id: int, keys: set[str]) -> int:
    """Rows are written before their bytes: only those that were there before the storage was listed count."""
    with workspace_scope(workspace_id):
        files = StoredFile.objects.stored().filter(workspace_id=workspace_id, created_at__lt=now() - ORDER_PATIENCE)
        return sum(key not in keys for key in files.values_list("key", flat=True).iterator())


def _strays(workspace_id: int, keys: Iterable[str]) -> Iterator[str]:
    for batch in _batches(keys):
        owners = {key: _owner(key) for key in batch}
        with workspace_scope(workspace_id):
            rows = StoredFile.objects.filter(workspace_id=workspace_id, key__in=set(owners.values())).exclude(
                state=StoredFile.State.DELETED
            )
            known = set(rows.values_list("key", flat=True))
        for key, owner in owners.items():
            if owner not in known and storage.written_at(key) < now() - PATIENCE:
                yield key


def _owner(key: str) -> str:
    """Return the key of the file that a key, perhaps of one of its small copies, belongs to."""
    for ending in COPIES:
        key = key.removesuffix(ending)
    return key


def _batches(keys: Iterable[str]) -> Iterator[list[str]]:
    left = iter(sorted(keys))
    while batch := list(islice(left, BATCH)):
        yield batch
