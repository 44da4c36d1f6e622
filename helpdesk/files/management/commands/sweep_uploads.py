"""`sweep_uploads`: by hand what the worker does every hour and every night."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from helpdesk.files.actions.sweep import Swept, sweep_rows, sweep_storage
from helpdesk.files.storage import StorageUnavailable


class Command(BaseCommand):
    help = (
        "Deletes uploads that were never finished (1 hour) or never used (24 hours) and stored files that belong to "
        "nothing (24 hours); counts files whose bytes are missing. Exit codes: 0 done, 1 the storage failed, "
        "3 bytes are missing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count what would be deleted, and delete nothing")
        parser.add_argument("--json", action="store_true", help="answer with one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        swept = Swept()
        try:
            sweep_rows(swept, dry_run=options["dry_run"])
            sweep_storage(swept, dry_run=options["dry_run"])
        except StorageUnavailable as error:
            raise CommandError(f"The file storage failed: {error}. Nothing is lost; run this again later.") from error
        self.stdout.write(_as_json(swept, options["dry_run"]) if options["json"] else _as_text(swept))
        if swept.missing:
            raise SystemExit(3)


def _as_json(swept: Swept, dry_run: bool) -> str:
    return json.dumps({**asdict(swept), "dry_run": dry_run})


def _as_text(swept: Swept) -> str:
    return (
        f"{swept.unfinished} unfinished, {swept.unattached} unused, {swept.withdrawn} withdrawn, "
        f"{swept.strays} without a row, {swept.missing} with bytes missing"
    )
