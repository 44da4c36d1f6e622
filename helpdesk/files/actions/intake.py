"""Taking a file in: ordered in a row, written to the storage, then marked as stored."""

import hashlib
import tempfile
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import IO, NamedTuple, cast

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from helpdesk.accounts.models import Member
from helpdesk.accounts.tenancy import assert_no_transaction, workspace_scope
from helpdesk.errors import RuleViolation
from helpdesk.files import formats, storage
from helpdesk.files.models import StoredFile, new_key
from helpdesk.files.names import clean_name, clean_type
from helpdesk.files.sniff import is_mismatch, sniff
from helpdesk.jobs import enqueue


class Spooled(NamedTuple):
    content: IO[bytes]
    size: int
    sha256: str


def accept(
    workspace_id: int,
    content: IO[bytes] | Iterable[bytes],
    *,
    name: str,
    declared_type: str,
    max_bytes: int,
    actor: Member | None,
    types: Collection[str] | None = None,
) -> StoredFile:
    """Keep a file and return its row. Call outside of any transaction.

    `content` is an open file or its chunks. Raises `RuleViolation` when it is over `max_bytes` or, with `types`, its
    content is of none of them; `StorageUnavailable` when it could not be written, and then nothing is left of it.
    """
    assert_no_transaction("To accept a file")
    with _spool(content, max_bytes) as spooled:
        file = _describe(workspace_id, spooled, name, declared_type)
        if types is not None and file.sniffed_type not in types:
            raise RuleViolation(_("“%(name)s” is not a kind of file that can be used here.") % {"name": file.name})
        file.owner = actor
        with workspace_scope(workspace_id):
            file.save(force_insert=True)
        try:
            storage.put(file.key, spooled.content)
        except storage.StorageUnavailable:
            _take_back(file)
            raise
    return _confirm(file)


def open_file(file: StoredFile) -> IO[bytes]:
    """Open a stored file's bytes, as they came, to read and rewind; the caller closes it. Raises FileNotFoundError."""
    return storage.fetch(file.key)


@contextmanager
def _spool(content: IO[bytes] | Iterable[bytes], max_bytes: int) -> Iterator[Spooled]:
    """Copy what comes in, at most `max_bytes` of it, to a temporary file that vanishes by itself."""
    digest, size = hashlib.sha256(), 0
    with tempfile.SpooledTemporaryFile(storage.MEMORY_LIMIT) as spool:
        for chunk in _chunks(content):
            size += len(chunk)
            if size > max_bytes:
                raise RuleViolation(
                    _("The file is larger than %(limit)s. Send a smaller one.") % {"limit": filesizeformat(max_bytes)}
                )
            digest.update(chunk)
            _write(cast(IO[bytes], spool), chunk)
        yield Spooled(cast(IO[bytes], spool), size, digest.hexdigest())


def _chunks(content: IO[bytes] | Iterable[bytes]) -> Iterable[bytes]:
    read = getattr(content, "read", None)
    return iter(lambda: read(storage.BLOCK), b"") if read else content


def _write(spool: IO[bytes], chunk: bytes) -> None:
    try:
        spool.write(chunk)
    except OSError as error:
        raise storage.StorageUnavailable("no room for a temporary copy") from error


def _describe(workspace_id: int, spooled: Spooled, name: str, declared_type: str) -> StoredFile:
    sniffed = sniff(spooled.content)
    file = StoredFile(
        workspace_id=workspace_id,
        key=new_key(workspace_id),
        name=clean_name(name, formats.ENDINGS.get(sniffed.media_type, "")),
        declared_type=clean_type(declared_type),
        sniffed_type=sniffed.media_type,
        size=spooled.size,
        sha256=spooled.sha256,
    )
    file.is_mismatch = is_mismatch(sniffed, file.name, file.declared_type)
    return file


def _confirm(file: StoredFile) -> StoredFile:
    """Mark the file as stored. It is swept when this is never reached."""
    file.state = StoredFile.State.STORED
    if file.sniffed_type in formats.PICTURES and not file.is_mismatch:
        file.thumbnail_state = StoredFile.Thumbnail.PENDING
    with workspace_scope(file.workspace_id):
        found = StoredFile.objects.pending().filter(pk=file.pk)
        if not found.update(state=file.state, thumbnail_state=file.thumbnail_state):
            raise storage.StorageUnavailable("writing took so long that the file was swept")
        if file.thumbnail_state == StoredFile.Thumbnail.PENDING:
            enqueue("files.thumbnail", workspace_id=file.workspace_id, file_id=file.pk)
    return file


def _take_back(file: StoredFile) -> None:
    """Forget an order that could not be carried out; when even that fails, the sweep does it later."""
    with suppress(storage.StorageUnavailable):
        storage.remove(file.key)
        with workspace_scope(file.workspace_id):
            StoredFile.objects.pending().filter(pk=file.pk).delete()
