"""`migrate` runs when the code or the database changed, and not otherwise."""

import inspect
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from helpdesk.supervisor.folder import CHECKOUT
from helpdesk.supervisor.migrations import fingerprint, migration_files


@pytest.fixture
def code(tmp_path):
    """A checkout with one migration."""
    for name in ("requirements.txt", "helpdesk/settings.py", "messaging/migrations/0001_initial.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("one\n")
    return tmp_path


def test_nothing_changes_by_itself(code):
    assert fingerprint(settings.DATABASE_URL, code) == fingerprint(settings.DATABASE_URL, code)


@pytest.mark.parametrize(
    "changed",
    [
        "requirements.txt",
        "helpdesk/settings.py",
        "messaging/migrations/0001_initial.py",
        "messaging/migrations/0002_more.py",
    ],
)
def test_changed_code_is_noticed(code, changed):
    before = fingerprint(settings.DATABASE_URL, code)

    (code / changed).write_text("two\n")

    assert fingerprint(settings.DATABASE_URL, code) != before


@pytest.mark.django_db
def test_each_migration_of_ours_is_looked_at():
    loaded = MigrationLoader(connection).disk_migrations.values()
    ours = {Path(inspect.getfile(type(migration))) for migration in loaded}

    assert {path for path in ours if path.is_relative_to(CHECKOUT) and ".venv" not in path.parts} == {
        path for path in migration_files(CHECKOUT) if path.name != "__init__.py"
    }
