"""The database's own walls between workspaces: row-level security and composite foreign keys, laid by migrations."""

from collections.abc import Iterator
from typing import Any

from django.apps.registry import Apps
from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

OWNER_ROLE = "helpdesk_owner"
APP_ROLE = "helpdesk_app"
TENANT_RULE = "workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::bigint"
SYSTEM_RULE = "NULLIF(current_setting('app.system'::text, true), ''::text) IS NOT NULL"


class ProtectTenantTables(Operation):
    """Gives each tenant table of the app, as of this migration, what `TenantModel` promises.

    Row-level security, forced; a unique (workspace_id, id) to refer to; and for each reference to another tenant row
    a second foreign key over (workspace_id, x_id), not deferrable, so that a form can catch it. Safe to run again: a
    later migration that adds a table or a reference ends with it too. `only` limits it to some models.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, only: list[str] | None = None):
        self.only = only

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing in Django's state changes: the walls are the database's."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        tables = list(tenant_models(to_state.apps, app_label, self.only))
        for model in tables:
            for statement in [*row_security(model._meta.db_table), reference_target(model._meta.db_table)]:
                schema_editor.execute(statement, params=None)
        for model in tables:
            for statement in composite_keys(model):
                schema_editor.execute(statement, params=None)

    def database_backwards(self, *args: Any) -> None:
        """The tables are dropped by the same migration's other operations, walls and all."""

    def describe(self) -> str:
        return "Lay row-level security and composite foreign keys"


def tenant_models(apps: Apps, app_label: str, only: list[str] | None = None) -> Iterator[type[models.Model]]:
    """Yield the app's models whose rows belong to one workspace."""
    for model in apps.get_app_config(app_label).get_models(include_auto_created=True):
        if is_tenant(model) and (only is None or model.__name__ in only):
            yield model


def is_tenant(model: type[models.Model]) -> bool:
    return any(field.name == "workspace" and not field.null for field in model._meta.local_concrete_fields)


def row_security(table: str) -> list[str]:
    """Return the statements that let the application role see one workspace's rows, or all in a system scope."""
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"DROP POLICY IF EXISTS owner ON {table}",
        f"CREATE POLICY owner ON {table} TO {OWNER_ROLE} USING (true) WITH CHECK (true)",
        f"DROP POLICY IF EXISTS tenant ON {table}",
        f"CREATE POLICY tenant ON {table} TO {APP_ROLE} USING ({TENANT_RULE}) WITH CHECK ({TENANT_RULE})",
        f"DROP POLICY IF EXISTS system ON {table}",
        f"CREATE POLICY system ON {table} TO {APP_ROLE} USING ({SYSTEM_RULE}) WITH CHECK ({SYSTEM_RULE})",
    ]


def reference_target(table: str) -> str:
    return f"CREATE UNIQUE INDEX IF NOT EXISTS {table}_ws_id ON {table} (workspace_id, id)"


def composite_keys(model: type[models.Model]) -> Iterator[str]:
    """Yield the foreign keys (workspace_id, x_id) of one table, each replaced when it is there already."""
    table = model._meta.db_table
    for field in model._meta.local_concrete_fields:
        target = field.related_model
        if isinstance(field, models.ForeignKey) and isinstance(target, type) and is_tenant(target):
            name = f"{table}_{field.column}_ws_fk"[:63]
            yield f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}"
            yield (
                f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (workspace_id, {field.column})"
                f" REFERENCES {target._meta.db_table} (workspace_id, id) NOT DEFERRABLE"
            )
