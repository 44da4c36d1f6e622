"""Runs the jobs, the schedules and the intake of webhooks until it is told to stop."""

import asyncio
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from procrastinate.contrib.django import app

from helpdesk.postgres_role import refuse_privileged_role
from messaging.intake_loop import IntakeLoop

HEARTBEAT_SECONDS = 5
STALLED_SECONDS = 20


class Command(BaseCommand):
    help = "Run jobs, schedules and the intake of webhooks. Any number of workers may run at once."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--concurrency", type=int, default=6, help="jobs at once (default 6)")

    def handle(self, *args: Any, concurrency: int, **options: Any) -> None:
        refuse_privileged_role()
        intake = IntakeLoop()
        intake.start()
        try:
            asyncio.run(self._work(concurrency))
        finally:
            intake.stop()

    async def _work(self, concurrency: int) -> None:
        connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]  # of the Django connector
        with app.replace_connector(connector):
            async with app.open_async():
                await app.run_worker_async(
                    concurrency=concurrency,
                    fetch_job_polling_interval=5,
                    update_heartbeat_interval=HEARTBEAT_SECONDS,
                    stalled_worker_timeout=STALLED_SECONDS,
                    shutdown_graceful_timeout=10,
                    delete_jobs="successful",
                )
