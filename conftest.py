"""The tests' database and cast. Tests use the application role, as the product does; only the migrations do not."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test import TransactionTestCase
from psycopg import sql
from psycopg.conninfo import make_conninfo

from helpdesk.accounts.models import Member, User, Workspace
from helpdesk.accounts.permissions import Role
from helpdesk.accounts.tenancy import system_scope, workspace_scope
from messaging.models import Channel

DATABASE = "helpdesk_test"


OWNER: dict[str, Any] = settings.DATABASE_OWNER or {}
KEPT_TABLES = {"django_migrations", "django_content_type", "auth_permission"}


@contextmanager
def as_owner(database: str = DATABASE, **other: str) -> Iterator[psycopg.Connection[Any]]:
    """Connect as the owner of the database, who may change tables and is under no policy; or as another `user`."""
    known: dict[str, Any] = {key.lower(): OWNER[key] or None for key in ("USER", "PASSWORD", "HOST", "PORT")}
    address = make_conninfo(dbname=database, **{**known, **other})
    with psycopg.connect(address, autocommit=True) as found:
        yield found


def _empty_tables(self: TransactionTestCase) -> None:
    """Leave nothing behind: the application role may not truncate, so the owner does it."""
    connections["default"].close()
    with as_owner() as owner:
        found = owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        names = [sql.Identifier(name) for (name,) in found if name not in KEPT_TABLES]
        owner.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY").format(sql.SQL(", ").join(names)))


TransactionTestCase._fixture_teardown = _empty_tables  # type: ignore[attr-defined]  # Django's own hook, without a public name


FIGURES: list[str] = []


@pytest.fixture
def figure() -> Callable[[str], None]:
    """Take down a measured figure; all of them are printed at the end of the run."""
    return FIGURES.append


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if FIGURES:
        terminalreporter.section("figures")
        for line in FIGURES:
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """Make a database owned by the owner, migrate it as the owner, and use it as the application."""
    connection: Any = connections["default"]
    name = sql.Identifier(DATABASE)
    with as_owner("postgres") as owner:
        owner.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        template = sql.Identifier(OWNER["NAME"])  # prepared, with default privileges, and empty
        owner.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(name, template))
    for known in (settings.DATABASES["default"], connection.settings_dict, OWNER):
        known["NAME"] = DATABASE
    with django_db_blocker.unblock():
        call_command("migrate", verbosity=0)
    yield
    with django_db_blocker.unblock():
        connection.close()
        connection.close_pool()


@pytest.fixture
def workspace(db: None) -> Workspace:
    return Workspace.objects.create(
        slug="eagle", name="Eagle Overseas", time_zone="Asia/Jakarta", settings={"undo_seconds": 0}
    )


@pytest.fixture
def other_workspace(db: None) -> Workspace:
    return Workspace.objects.create(slug="kopi", name="Kopi Lereng")


def add_member(workspace: Workspace, email: str, name: str, role: Role) -> Member:
    user = User.objects.create_user(email, "a long enough password", name=name)
    with workspace_scope(workspace):
        member = Member.objects.create(workspace=workspace, user=user, role=role)
    member.workspace = workspace
    return member


@pytest.fixture
def owner(workspace: Workspace) -> Member:
    return add_member(workspace, "owner@eagle.example", "Oki Owner", Role.OWNER)


@pytest.fixture
def admin(workspace: Workspace) -> Member:
    return add_member(workspace, "admin@eagle.example", "Ade Admin", Role.ADMIN)


@pytest.fixture
def agent(workspace: Workspace) -> Member:
    return add_member(workspace, "dewi@eagle.example", "Dewi Lestari", Role.AGENT)


@pytest.fixture
def colleague(workspace: Workspace) -> Member:
    return add_member(workspace, "sari@eagle.example", "Sari Wulandari", Role.AGENT)


@pytest.fixture
def outsider(other_workspace: Workspace) -> Member:
    return add_member(other_workspace, "raka@kopi.example", "Raka Putra", Role.OWNER)


def add_channel(workspace: Workspace, number_id: str = "1000001", **fields: Any) -> Channel:
    with workspace_scope(workspace):
        channel = Channel.objects.create(
            workspace=workspace,
            name="Main",
            phone_number_id=number_id,
            waba_id="2000001",
            app_secret="app-secret",
            access_token="access-token",
            verify_token="verify-token",
            **fields,
        )
    channel.workspace = workspace
    return channel


@pytest.fixture
def channel(workspace: Workspace) -> Channel:
    return add_channel(workspace)


@pytest.fixture
def in_workspace(workspace: Workspace) -> Iterator[None]:
    """Open the workspace's scope for the whole test."""
    with workspace_scope(workspace):
        yield


@pytest.fixture
def in_system() -> Iterator[None]:
    with system_scope("a test looks at everything"):
        yield
