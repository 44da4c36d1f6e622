"""The database, its two roles and what each may do. The same statements serve our own server and an operator's."""

from collections.abc import Mapping

import psycopg
from psycopg import sql

OWNER = "helpdesk_owner"
APP = "helpdesk_app"
DATABASE = "helpdesk"
EXTENSIONS = ("btree_gin", "citext", "pg_trgm", "unaccent")


def role_statements() -> list[str]:
    """Return what makes the two roles, neither of them with any special attribute."""
    return [
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') "
        f"THEN CREATE ROLE {role} LOGIN; END IF; END $$"
        for role in (OWNER, APP)
    ]


def privilege_statements(database: str = DATABASE) -> list[str]:
    """Return what the database itself must be told, as superuser and connected to it.

    Privileges on whatever the owner will make are given here once, so that migrations need no grants.
    """
    later = f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER}"
    return [
        f"REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        f"GRANT CONNECT ON DATABASE {database} TO {APP}",
        *(f"CREATE EXTENSION IF NOT EXISTS {name} WITH SCHEMA public" for name in EXTENSIONS),
        f"ALTER SCHEMA public OWNER TO {OWNER}",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA public TO {APP}",
        f"{later} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
        f"{later} IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APP}",
        f"{later} IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {APP}",
        f"{later} IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO {APP}",
    ]


def prepare(superuser_url: str, *, database: str = DATABASE, passwords: Mapping[str, str] | None = None) -> None:
    """Make the roles and the database, or bring them up to date.

    `passwords` maps a role to its new password; the server receives it hashed only.
    """
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        for statement in role_statements():
            connection.execute(statement)
        for role, password in (passwords or {}).items():
            _set_password(connection, role, password)
        known = connection.execute("SELECT FROM pg_database WHERE datname = %s", [database])
        if known.rowcount == 0:
            connection.execute(_create(database))
    with psycopg.connect(superuser_url, dbname=database, autocommit=True) as connection:
        for statement in privilege_statements(database):
            connection.execute(statement)


def allow_test_databases(superuser_url: str) -> None:
    """Let the owner make databases, as copies of the prepared one; for a cluster that is thrown away."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        connection.execute(f"ALTER ROLE {OWNER} CREATEDB")


def script(database: str = DATABASE) -> str:
    """Return the same for psql, to be read first and run by an administrator; it sets no passwords."""
    create = (
        f"SELECT '{_create(database)}' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{database}') \\gexec"
    )
    return "\n".join(
        [
            *(f"{statement};" for statement in role_statements()),
            create,
            f"\\connect {database}",
            *(f"{statement};" for statement in privilege_statements(database)),
            f"-- Then give both roles a password: \\password {OWNER} and \\password {APP}",
        ]
    )


def _create(database: str) -> str:
    return f"CREATE DATABASE {database} OWNER {OWNER} ENCODING UTF8 TEMPLATE template0"


def _set_password(connection: psycopg.Connection, role: str, password: str) -> None:
    hashed = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    command = sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(hashed))
    connection.execute(command)
