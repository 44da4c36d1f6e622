from django.db import connection, models

from helpdesk.accounts.tenancy import TenantModel


class Counter(TenantModel):
    """The last public number given out in a workspace, for one kind of thing."""

    name = models.CharField(max_length=20)
    value = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="counter_name_unique")]


def next_number(workspace_id: int, name: str) -> int:
    """Return the next number of `name` in the workspace; two callers at once never get the same one."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO accounts_counter AS counter (workspace_id, name, value) VALUES (%s, %s, 1)
            ON CONFLICT (workspace_id, name) DO UPDATE SET value = counter.value + 1
            RETURNING value
            """,
            [workspace_id, name],
        )
        return int(cursor.fetchone()[0])
