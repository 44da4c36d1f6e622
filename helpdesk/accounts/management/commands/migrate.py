"""`migrate`, always as the owner of the database: the application role cannot change tables."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands.migrate import Command as MigrateCommand
from django.db import connections


class Command(MigrateCommand):
    def handle(self, *args: Any, **options: Any) -> None:
        owner = settings.DATABASE_OWNER
        if owner is None:
            raise CommandError("DATABASE_OWNER_URL is not set: migrations run as the owner of the database.")
        connection: Any = connections[options["database"]]  # PostgreSQL's, which has a pool
        before = dict(connection.settings_dict)
        connection.close_pool()
        connection.close()
        address = {key: owner.get(key, "") for key in ("USER", "PASSWORD", "HOST", "PORT")}
        connection.settings_dict.update(address, OPTIONS={})
        try:
            super().handle(*args, **options)
        finally:
            connection.close()
            connection.settings_dict.clear()
            connection.settings_dict.update(before)
