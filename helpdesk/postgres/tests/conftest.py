"""Servers of the launcher's own tests; they are real, in folders that every account can enter."""

from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import psycopg
import pytest

from helpdesk.postgres.server import Server


@pytest.fixture
def folder() -> Iterator[Path]:
    path = Path(mkdtemp(prefix="helpdesk-launcher-"))
    path.chmod(0o755)
    yield path
    rmtree(path)


@pytest.fixture
def server(folder: Path) -> Iterator[Server]:
    made = Server(folder / "postgres", durable=False)
    yield made
    made.discard()
    assert not made.folder.exists()


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    path = Path(mkdtemp(prefix="helpdesk-launcher-"))
    path.chmod(0o755)
    started = Server(path / "postgres", durable=False)
    started.start()
    yield started
    started.discard()
    path.rmdir()  # nothing is left in it


def ask(url: str, query: str) -> object:
    """Return the first value of a statement's answer, or None when it has none."""
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(query)
        row = cursor.fetchone() if cursor.description else None
    return row[0] if row else None
