"""Plays many customers who write at once."""

import asyncio
import json
import sys
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from helpdesk.accounts.tenancy import system_scope
from messaging.models import Channel
from messaging.simulator.load import Load, Report, deliver, planned
from messaging.simulator.provider.chats import Account

WRONG_USE, NOT_ALL = 2, 1


class Command(BaseCommand):
    help = (
        "Post signed WhatsApp webhooks to a workspace's own address, as the provider would, and measure the answers. "
        "Exit status: 0 when all were acknowledged, 1 when some were not, 2 when it could not begin."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--workspace", required=True, metavar="SLUG", help="whose inbox is written to")
        parser.add_argument("--channel", metavar="NUMBER", help="phone number id, when there are several channels")
        parser.add_argument("--contacts", type=_positive, default=10, help="how many customers write (default 10)")
        parser.add_argument("--messages", type=_positive, default=100, help="messages of all of them (default 100)")
        parser.add_argument("--rate", type=float, default=0.0, help="deliveries a second; 0 is as fast as it goes")
        parser.add_argument("--duplicates", type=_share, default=0.0, metavar="SHARE", help="come twice: 0.3 or 30%%")
        parser.add_argument("--shuffle", action="store_true", help="deliver in another order than written")
        parser.add_argument("--clients", type=_positive, default=8, help="deliveries at once (default 8)")
        parser.add_argument("--seed", type=int, help="the same seed sends the very same messages again")
        parser.add_argument("--url", help="another address of the webhook, such as a second web process")
        parser.add_argument("--json", action="store_true", help="print the figures as JSON")
        parser.add_argument("--dry-run", action="store_true", help="say what would be sent, and send nothing")
        parser.add_argument("--force", action="store_true", help="run in production too, into a real inbox")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION and not options["force"]:
            raise CommandError("This writes invented messages into a real inbox; add --force.", returncode=WRONG_USE)
        names = ("contacts", "messages", "rate", "duplicates", "shuffle", "clients", "seed")
        load = Load(**{name: options[name] for name in names})
        account = _account(options["workspace"], options["channel"], options["url"])
        deliveries = planned(account, load)
        if options["dry_run"]:
            self._tell({"sent": load.messages, "duplicates": len(deliveries) - load.messages}, as_json=options["json"])
            return
        with _progress(shown=not options["json"]) as bar:
            task = bar.add_task("Delivering", total=len(deliveries))
            report = asyncio.run(deliver(account, deliveries, load, lambda: bar.advance(task)))
        self._tell(report.summary(), as_json=options["json"])
        self._finish(report)

    def _tell(self, figures: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(figures))
            return
        table = Table("figure", "value")
        for name, figure in figures.items():
            table.add_row(name.replace("_", " "), str(figure))
        Console(file=self.stdout, width=60).print(table)  # type: ignore[arg-type]  # Django's wrapper writes like a file

    def _finish(self, report: Report) -> None:
        if not report.is_complete:
            missing = report.sent - len(report.acknowledged)
            self.stderr.write(f"{missing} of {report.sent} messages were not acknowledged.")
            sys.exit(NOT_ALL)


def _account(slug: str, number: str | None, url: str | None) -> Account:
    with system_scope("find the channel to write to"):
        channels = Channel.objects.select_related("workspace").filter(workspace__slug=slug, kind=Channel.Kind.WHATSAPP)
        if number:
            channels = channels.filter(phone_number_id=number)
        channel = channels.order_by("pk").first()
    if channel is None:
        raise CommandError(f"The workspace {slug!r} has no such WhatsApp channel.", returncode=WRONG_USE)
    return Account(
        channel.phone_number_id,
        channel.waba_id or channel.phone_number_id,
        "",
        channel.app_secret,
        url or channel.webhook_url,
        display_phone_number="".join(filter(str.isdecimal, channel.phone)) or channel.phone_number_id,
    )


def _progress(*, shown: bool) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), disable=not shown, transient=True)


def _positive(given: str) -> int:
    number = int(given)
    if number < 1:
        raise ArgumentTypeError("must be 1 or more")
    return number


def _share(given: str) -> float:
    share = float(given.removesuffix("%")) / (100 if given.endswith("%") else 1)
    if not 0 <= share <= 1:
        raise ArgumentTypeError("must be from 0 to 1, or a percentage")
    return share
