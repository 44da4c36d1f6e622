"""Tenancy: which workspace the database lets this code see.

Row-level security hides every tenant row until a scope is open. A scope is a transaction with a setting that only lives
as long as it does, so a pooled connection carries nothing over to the next request.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import connection, models, transaction

if TYPE_CHECKING:
    from helpdesk.accounts.models import Workspace

WORKSPACE = "app.workspace_id"
SYSTEM = "app.system"
NOTHING = ("", "")


class ScopeError(AssertionError):
    """Code tried to work in two workspaces at once, or on the network inside a transaction: a bug, never a refusal."""


class TenantModel(models.Model):
    """A row that belongs to exactly one workspace. `walls.ProtectTenantTables` gives its table the database's walls."""

    workspace = models.ForeignKey("accounts.Workspace", models.CASCADE, related_name="+")

    class Meta:
        abstract = True


@contextmanager
def workspace_scope(workspace: "Workspace | int") -> Iterator[None]:
    """Open a transaction that sees the rows of one workspace.

    The same workspace may be opened again inside; another one raises `ScopeError`. Inside `system_scope` it narrows.
    """
    wanted = str(workspace if isinstance(workspace, int) else workspace.pk)
    found = _found()
    with transaction.atomic():
        if found[0] not in ("", wanted):
            raise ScopeError(f"workspace {found[0]} is open; {wanted} cannot be opened inside it")
        with _settings(found, (wanted, "")):
            yield


@contextmanager
def system_scope(why: str) -> Iterator[None]:
    """Open a transaction that sees every workspace, for intake, admin and schedules; `why` names the use."""
    if not why:
        raise ScopeError("a system scope needs a reason")
    found = _found()
    with transaction.atomic():
        if found[0]:
            raise ScopeError(f"workspace {found[0]} is open; a system scope cannot be opened inside it")
        with _settings(found, ("", why)):
            yield


def current_workspace_id() -> int | None:
    """Return the workspace whose scope is open, if one is."""
    found = _found()[0]
    return int(found) if found else None


def assert_no_transaction(what: str) -> None:
    """Refuse to go on inside a transaction: `what` is about to wait for the network."""
    if connection.in_atomic_block:
        raise ScopeError(f"{what} must not run inside a transaction")


@contextmanager
def _settings(before: tuple[str, str], during: tuple[str, str]) -> Iterator[None]:
    """Set both values and put back those found; leaving a savepoint alone would keep the inner ones."""
    if before == during:
        yield
        return
    _write(during)
    nested = len(connection.savepoint_ids) > 0
    yield
    if nested:
        _write(before)


def _found() -> tuple[str, str]:
    """Return the values in force; outside a transaction there are none, and nothing has to be asked."""
    if not connection.in_atomic_block:
        return NOTHING
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(current_setting(%s, true), ''), coalesce(current_setting(%s, true), '')",
            [WORKSPACE, SYSTEM],
        )
        workspace, system = cursor.fetchone()
    return workspace, system


def _write(values: tuple[str, str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config(%s, %s, true), set_config(%s, %s, true)", [WORKSPACE, values[0], SYSTEM, values[1]]
        )
