"""`create_roles`: what an administrator of PostgreSQL does once, before the first `migrate`."""

from argparse import ArgumentParser
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from helpdesk.postgres.roles import APP, OWNER, prepare, script


class Command(BaseCommand):
    help = (
        "Print the SQL that makes the database and its two roles, for psql. With --superuser-url, run it, and give the "
        "roles the passwords in DATABASE_URL and DATABASE_OWNER_URL. Safe to run again."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--superuser-url", metavar="URL", help="postgres://postgres:…@host/postgres")

    def handle(self, *args: Any, superuser_url: str | None, **options: Any) -> None:
        database = settings.DATABASES["default"]["NAME"]
        if superuser_url is None:
            self.stdout.write(script(database))
            return
        try:
            prepare(superuser_url, database=database, passwords=_passwords())
        except psycopg.Error as error:
            raise CommandError(f"PostgreSQL refused: {error}") from error
        self.stdout.write(f"The database {database} and the roles {OWNER} and {APP} are ready. Next: manage.py migrate")


def _passwords() -> dict[str, str]:
    """Return the password of each role that has one in its address; a wrong role there is told now, not later."""
    found = {}
    for variable, role, address in (
        ("DATABASE_URL", APP, settings.DATABASES["default"]),
        ("DATABASE_OWNER_URL", OWNER, settings.DATABASE_OWNER),
    ):
        if address is None or address["USER"] != role:
            raise CommandError(f"{variable} must name the role {role}.")
        if address["PASSWORD"]:
            found[role] = address["PASSWORD"]
    return found
