"""Whether `migrate` has anything to do: asking Django takes seconds of every start, and mostly the answer is no."""

from hashlib import sha256
from pathlib import Path

import psycopg
from psycopg.errors import UndefinedTable

from helpdesk.supervisor.folder import CHECKOUT

APPLIED = "SELECT md5(string_agg(app || '.' || name, ' ' ORDER BY app, name)) FROM django_migrations"


def fingerprint(database_url: str, checkout: Path = CHECKOUT) -> str:
    """Return a text that stays the same while neither the code's migrations nor the database's history change."""
    return f"{_of_code(checkout)} {_of_database(database_url)}"


def migration_files(checkout: Path) -> list[Path]:
    """Return the migrations of our own apps."""
    return sorted([*checkout.glob("*/migrations/*.py"), *checkout.glob("*/*/migrations/*.py")])


def _of_code(checkout: Path) -> str:
    """Those of other packages change with the lock, and which of them count with the settings."""
    found = sha256()
    others = [checkout / "requirements.txt", checkout / "helpdesk" / "settings.py"]
    for path in (*others, *migration_files(checkout)):
        content = path.read_bytes()
        found.update(f"{path.relative_to(checkout)} {len(content)}\n".encode() + content)
    return found.hexdigest()


def _of_database(url: str) -> str:
    with psycopg.connect(url) as connection:
        try:
            row = connection.execute(APPLIED).fetchone()
        except UndefinedTable:
            return "nothing"
    return str(row[0]) if row else "nothing"
