"""Runs the stand-in of the Cloud API, knowing the channels of this installation."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from messaging.simulator.provider.__main__ import add_arguments, run


class Command(BaseCommand):
    help = "Run the stand-in of WhatsApp's Cloud API on 127.0.0.1; the phone page is at /simulator/."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        folder = Path(settings.DATA_DIR) / "simulator"
        add_arguments(parser, ledger=folder / "ledger.jsonl", state=folder)

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.SIMULATOR:
            raise CommandError("The simulator is switched off. Set SIMULATOR=true to run it; never in production.")
        from messaging.simulator.directory import DatabaseDirectory

        sys.exit(run(Namespace(**options), DatabaseDirectory()))
