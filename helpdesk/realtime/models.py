from typing import Any

from django.db import models

from helpdesk.accounts.tenancy import TenantModel


class Xid8Field(models.Field):
    """A PostgreSQL transaction id; filled by the database, compared with snapshots."""

    def db_type(self, connection: Any) -> str:
        return "xid8"


class Event(TenantModel):
    """Something changed that an open page may show: ids only, never content.

    `transaction` lets a reader ask for "what was not visible in my snapshot", which ids alone cannot: a transaction
    that began earlier may commit later.
    """

    # Without an index of its own: a planner with old statistics prefers it to the one below, and reads all events.
    workspace = models.ForeignKey("accounts.Workspace", models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    part_id = models.BigIntegerField(null=True)
    transaction = Xid8Field(db_default=models.Func(function="pg_current_xact_id"))
    created_at = models.DateTimeField(db_default=models.functions.Now())

    class Meta:
        indexes = [
            models.Index("transaction", name="event_transaction"),
            models.Index("workspace", "transaction", name="event_workspace_transaction"),
        ]
