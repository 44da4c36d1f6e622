"""What every table and function of the database is: a workspace's, or the whole installation's and why.

A table that is in neither group stops the checks; so does a tenant table without its walls.
"""

from typing import Any

from django.apps import apps
from django.db import connection

from helpdesk.accounts.walls import SYSTEM_RULE, TENANT_RULE, is_tenant

GLOBAL_TABLES = {
    "account_emailaddress": "addresses that users sign in with",
    "account_emailconfirmation": "addresses that users sign in with",
    "accounts_user": "a person may work in several workspaces",
    "accounts_user_groups": "installation staff",
    "accounts_user_user_permissions": "installation staff",
    "accounts_workspace": "the tenants themselves",
    "auth_group": "installation staff",
    "auth_group_permissions": "installation staff",
    "auth_permission": "installation staff",
    "django_admin_log": "installation staff",
    "django_content_type": "names of models",
    "django_migrations": "state of the schema",
    "django_session": "a person's sign-in",
    "procrastinate_events": "jobs: ids only",
    "procrastinate_jobs": "jobs: ids only",
    "procrastinate_periodic_defers": "schedules",
    "procrastinate_workers": "heartbeats",
}
DEFINER_FUNCTIONS: dict[str, str] = {}


def tenant_tables() -> set[str]:
    return {model._meta.db_table for model in apps.get_models(include_auto_created=True) if is_tenant(model)}


def trouble() -> list[str]:
    """Return in words what is wrong with the walls of the connected database; empty when they stand."""
    tables = _rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    found = {name for (name,) in tables}
    tenants = tenant_tables()
    return [
        *(f"table {name} is not classified" for name in sorted(found - tenants - GLOBAL_TABLES.keys())),
        *(f"table {name} is missing" for name in sorted(tenants - found)),
        *(line for name in sorted(tenants & found) for line in _table_trouble(name)),
        *_view_trouble(),
        *_function_trouble(),
    ]


def _table_trouble(table: str) -> list[str]:
    return [*_policy_trouble(table), *_grant_trouble(table), *_reference_trouble(table), *_unique_trouble(table)]


def _policy_trouble(table: str) -> list[str]:
    ((enabled, forced),) = _rows(
        "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = %s::regclass", [table]
    )
    policies = _rows(
        """
        SELECT policyname, roles::text[], cmd, permissive, qual, with_check FROM pg_policies
        WHERE schemaname = 'public' AND tablename = %s ORDER BY policyname
        """,
        [table],
    )
    expected = [
        ("owner", ["helpdesk_owner"], "ALL", "PERMISSIVE", "true", "true"),
        ("system", ["helpdesk_app"], "ALL", "PERMISSIVE", f"({SYSTEM_RULE})", f"({SYSTEM_RULE})"),
        ("tenant", ["helpdesk_app"], "ALL", "PERMISSIVE", f"({TENANT_RULE})", f"({TENANT_RULE})"),
    ]
    lines = [] if enabled and forced else [f"row-level security of {table} is not forced"]
    return lines if policies == expected else [*lines, f"the policies of {table} are not the expected ones: {policies}"]


def _grant_trouble(table: str) -> list[str]:
    granted = _rows(
        """
        SELECT privilege_type FROM information_schema.role_table_grants
        WHERE table_schema = 'public' AND table_name = %s AND grantee IN ('helpdesk_app', 'PUBLIC')
        """,
        [table],
    )
    forbidden = {name for (name,) in granted} - {"SELECT", "INSERT", "UPDATE", "DELETE"}
    return [f"the application role may {name} on {table}" for name in sorted(forbidden)]


def _reference_trouble(table: str) -> list[str]:
    """Each reference to another tenant row needs a foreign key over the workspace too."""
    rows = _rows(
        """
        SELECT f.confrelid::regclass::text, array_agg(a.attname::text ORDER BY a.attname)
        FROM pg_constraint f JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = ANY (f.conkey)
        WHERE f.contype = 'f' AND f.conrelid = %s::regclass GROUP BY f.oid, f.confrelid
        """,
        [table],
    )
    tenants = tenant_tables()
    references = [(target, set(columns)) for target, columns in rows if target in tenants]
    simple = {(target, *columns) for target, columns in references if len(columns) == 1}
    walled = {(target, *(columns - {"workspace_id"})) for target, columns in references if "workspace_id" in columns}
    return [f"{table}.{column} may point into another workspace" for _target, column in sorted(simple - walled)]


def _unique_trouble(table: str) -> list[str]:
    """A unique index without the workspace would tell one workspace what another has; random values tell nothing."""
    rows = _rows(
        """
        SELECT i.indexrelid::regclass::text, array_agg(a.attname::text)
        FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indexrelid
        WHERE i.indrelid = %s::regclass AND i.indisunique AND NOT i.indisprimary GROUP BY i.indexrelid
        """,
        [table],
    )
    bare = [(name, columns) for name, columns in rows if "workspace_id" not in columns]
    return [f"unique index {name} of {table} has no workspace" for name, columns in bare if columns != ["public_id"]]


def _view_trouble() -> list[str]:
    views = _rows(
        """
        SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
        AND (relkind = 'm' OR relkind = 'v' AND NOT coalesce('security_invoker=true' = ANY (reloptions), false))
        """
    )
    return [f"view {name} reads past row-level security" for (name,) in views]


def _function_trouble() -> list[str]:
    functions = _rows(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef ORDER BY proname"
    )
    return [f"function {name} runs as its owner" for (name,) in functions if name not in DEFINER_FUNCTIONS]


def _rows(query: str, parameters: list[str] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return list(cursor.fetchall())
