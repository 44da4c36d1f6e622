"""Where the database is, for the connections that live updates keep for themselves beside Django's pool."""

from typing import Any

from django.db import connection
from psycopg.conninfo import make_conninfo

DJANGO_OPTIONS = {"pool", "options", "isolation_level", "assume_role", "server_side_binding", "service"}
KEEPALIVES: dict[str, Any] = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "connect_timeout": 5,
}


def direct_address(name: str, **session: str) -> str:
    """Return a connection string to Django's database; `session` are settings of the database session."""
    known = connection.settings_dict
    options = {key: value for key, value in known["OPTIONS"].items() if key not in DJANGO_OPTIONS}
    return make_conninfo(
        dbname=known["NAME"] or None,
        user=known["USER"] or None,
        password=known["PASSWORD"] or None,
        host=known["HOST"] or None,
        port=known["PORT"] or None,
        application_name=f"helpdesk {name}",
        options=" ".join(f"-c {key}={value}" for key, value in session.items()) or None,
        **KEEPALIVES,
        **options,
    )
