"""The database role, the walls between workspaces, and migrations."""

from collections.abc import Iterator

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from helpdesk.accounts import catalogue
from helpdesk.doctor import Finding, examination, fine, wrong
from helpdesk.postgres_role import role_trouble


@examination("database role")
def role_is_modest() -> Iterator[Finding]:
    trouble = role_trouble()
    if trouble:
        yield wrong(f"DATABASE_URL uses a role that steps over the walls: {trouble}.", "Connect as helpdesk_app.")
    else:
        yield fine("The pages and jobs use the application role.")


@examination("migrations")
def migrations_are_applied() -> Iterator[Finding]:
    executor = MigrationExecutor(connection)
    plan = [str(migration) for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]
    if plan:
        yield wrong(f"{len(plan)} migrations are not applied, first {plan[0]}.", "Run `manage.py migrate`.")
    else:
        yield fine("All migrations are applied.")


@examination("walls between workspaces")
def walls_stand() -> Iterator[Finding]:
    trouble = catalogue.trouble()
    for line in trouble:
        yield wrong(f"{line[0].upper()}{line[1:]}.", "Undo what was changed by hand, then run `manage.py migrate`.")
    if not trouble:
        yield fine(f"Row-level security holds on {len(catalogue.tenant_tables())} tables.")
