"""File locks: one start or stop at a time, and a count of who uses the server. The kernel frees those of the dead."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from helpdesk.postgres.errors import PostgresError


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold the file's lock alone; wait for whoever holds it."""
    with _open(path) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class Users:
    """Those who use a server at the moment, each by a shared lock on the same file."""

    def __init__(self, path: Path):
        self._path = path
        self._file: IO[str] | None = None

    def join(self) -> None:
        """Count us in until `leave` or the end of this process."""
        if self._file is None:
            self._file = _open(self._path)
            fcntl.flock(self._file, fcntl.LOCK_SH)

    def leave(self) -> bool:
        """Count us out, and say whether nobody is left."""
        file = self._file or _open(self._path)
        self._file = None
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True


def _open(path: Path) -> IO[str]:
    try:
        return path.open("a")
    except PermissionError:
        raise PostgresError(f"{path.parent} belongs to another account; choose another data folder.") from None
