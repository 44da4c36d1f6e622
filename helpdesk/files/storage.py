"""The file storage: a local folder or an S3 bucket behind one door. Nothing here may run inside a transaction."""

import io
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import IO, Any, Protocol, cast

from django.core.files import File
from django.core.files.storage import FileSystemStorage, default_storage

from helpdesk.accounts.tenancy import assert_no_transaction
from helpdesk.files.names import content_disposition

BLOCK = 64 * 1024
MEMORY_LIMIT = 1024 * 1024
ADDRESS_SECONDS = 120


class StorageUnavailable(Exception):
    """The storage could not do what was asked: full, out of reach, or refusing. Worth another try later."""


class Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...
    def close(self) -> None: ...


class Part:
    """The next `length` bytes of an open file."""

    def __init__(self, file: IO[bytes], length: int):
        self.file, self.left = file, length

    def read(self, size: int = -1, /) -> bytes:
        block = self.file.read(self.left if size < 0 else min(size, self.left))
        self.left -= len(block)
        return block

    def close(self) -> None:
        self.file.close()


def put(key: str, content: IO[bytes]) -> None:
    """Write a file that is not there yet, and on a disk see it through to the platters."""
    with _asking("write"):
        name = default_storage.save(key, File(content))
        if name != key:
            default_storage.delete(name)
            raise StorageUnavailable(f"{key} is taken")
        if is_disk():
            _flush(default_storage.path(key))


def read(key: str, start: int, length: int) -> Readable:
    """Open `length` bytes of a file from `start`. Raises FileNotFoundError."""
    with _asking("read"):
        if is_disk():
            file = default_storage.open(key)
            file.seek(start)
            return Part(cast(IO[bytes], file), length)
        if not length:
            return Part(io.BytesIO(), 0)
        answer = _bucket().Object(key).get(Range=f"bytes={start}-{start + length - 1}")
        return cast(Readable, answer["Body"])


def fetch(key: str) -> IO[bytes]:
    """Return a whole file that can be rewound. Raises FileNotFoundError."""
    with _asking("read"):
        if is_disk():
            return cast(IO[bytes], default_storage.open(key))
        with ExitStack() as closing:
            spool = closing.enter_context(tempfile.SpooledTemporaryFile(MEMORY_LIMIT))
            shutil.copyfileobj(_bucket().Object(key).get()["Body"], spool, BLOCK)
            spool.seek(0)
            closing.pop_all()
            return cast(IO[bytes], spool)


def remove(key: str) -> None:
    """Delete a file; one that is not there is no error."""
    with _asking("delete"):
        default_storage.delete(key)


def folders(path: str) -> list[str]:
    return _listing(path)[0]


def files(path: str) -> list[str]:
    return _listing(path)[1]


def written_at(key: str) -> datetime:
    with _asking("look at"):
        return default_storage.get_modified_time(key)


def address(key: str, *, name: str) -> str | None:
    """Return a short-lived address where a browser downloads the file itself; None when we have to stream it."""
    if is_disk():
        return None
    storage: Any = default_storage
    return str(
        storage.url(
            key,
            parameters={
                "ResponseContentDisposition": content_disposition("attachment", name),
                "ResponseContentType": "application/octet-stream",
                "ResponseCacheControl": "private, no-store",
            },
            expire=ADDRESS_SECONDS,
        )
    )


def is_disk() -> bool:
    return isinstance(default_storage, FileSystemStorage)


def _listing(path: str) -> tuple[list[str], list[str]]:
    with _asking("list"):
        try:
            return default_storage.listdir(path)
        except FileNotFoundError:
            return [], []


def _bucket() -> Any:
    storage: Any = default_storage
    return storage.bucket


def _flush(path: str) -> None:
    for place in (path, os.path.dirname(path)):
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def _asking(what: str) -> Iterator[None]:
    """Refuse inside a transaction, and give every backend's failures one name."""
    assert_no_transaction(f"To {what} a stored file")
    try:
        yield
    except FileNotFoundError:
        raise
    except _failures() as error:
        if getattr(error, "response", {}).get("Error", {}).get("Code") in {"NoSuchKey", "404"}:
            raise FileNotFoundError(what) from error
        raise StorageUnavailable(f"cannot {what} a stored file: {type(error).__name__}") from error


def _failures() -> tuple[type[Exception], ...]:
    """Return what a storage raises; boto3 is slow to import, and a local disk does not need it."""
    if is_disk():
        return (OSError,)
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError

    return OSError, Boto3Error, BotoCoreError, ClientError
