"""Servers of the launcher's own tests; they are real, in folders that every account can enter."""

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import mkdtemp

import psycopg
import pytest

from helpdesk.postgres.server import Server

MakeServer = Callable[..., Server]


@pytest.fixture
def folder() -> Iterator[Path]:
    path = Path(mkdtemp(prefix="helpdesk-launcher-"))
    path.chmod(0o755)
    yield path
    Server(path / "postgres").discard()
    for rest in path.iterdir():
        rest.unlink()
    path.rmdir()


@pytest.fixture
def server(folder: Path) -> Server:
    return Server(folder / "postgres", durable=False)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    path = Path(mkdtemp(prefix="helpdesk-launcher-"))
    path.chmod(0o755)
    started = Server(path / "postgres", durable=False)
    started.start()
    yield started
    started.discard()
    path.rmdir()


def ask(url: str, query: str) -> object:
    """Return the first value of a statement's answer, or None when it has none."""
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(query)
        row = cursor.fetchone() if cursor.description else None
    return row[0] if row else None
