"""What every command of an operator has in common: the database role, refusals in words, JSON, dry runs, progress."""

import json
import re
import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, TypeVar

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from rich.console import Console
from rich.progress import track

from helpdesk.accounts.models import Member, Workspace
from helpdesk.accounts.tenancy import workspace_scope
from helpdesk.errors import RuleViolation
from helpdesk.postgres_role import role_trouble

PARTLY = 3
DURATION = re.compile(r"(?=.)(?:(\d{1,5})d)?(?:(\d{1,5})h)?(?:(\d{1,5})m)?(?:(\d{1,5})s)?")

Answer = dict[str, Any]
Item = TypeVar("Item")


class OperatorCommand(BaseCommand):
    """A command whose `work` returns what it did as JSON values; `in_words` says the same to a person.

    With `changes_data` there is `--dry-run`, for which the work is done in a transaction that is then undone. A command
    that works in several transactions sets `undoes_itself` to False and looks at `options["dry_run"]` itself.
    Exit codes: 0 done, 1 refused, 2 wrong arguments.
    """

    changes_data: ClassVar[bool] = True
    undoes_itself: ClassVar[bool] = True
    needs_database: ClassVar[bool] = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="answer with one JSON object")
        if self.changes_data:
            parser.add_argument("--dry-run", action="store_true", help="say what would happen, and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        if self.needs_database and (trouble := role_trouble()):
            raise CommandError(f"DATABASE_URL must use the application role: {trouble}.")
        try:
            answer = self._answer(options)
        except (RuleViolation, CommandError) as refusal:
            if options["json"]:
                self.stdout.write(json.dumps({"error": str(refusal)}, ensure_ascii=False))
            raise CommandError(str(refusal), returncode=getattr(refusal, "returncode", 1)) from refusal
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        else:
            self.stdout.write(
                ("Dry run, nothing was changed. " if answer.get("dry_run") else "") + self.in_words(answer)
            )
        if status := self.exit_status(answer):
            sys.exit(status)

    def work(self, **options: Any) -> Answer:
        """Do it. A `RuleViolation` or `CommandError` is told to the person."""
        raise NotImplementedError

    def in_words(self, answer: Answer) -> str:
        raise NotImplementedError

    def exit_status(self, answer: Answer) -> int:
        """Return what the program ends with when the work was done, though perhaps not as it should be."""
        return 0

    def track(self, items: Sequence[Item], description: str, options: Answer) -> Iterable[Item]:
        """Yield the items, with a bar on the terminal when somebody is looking at one."""
        console = Console(stderr=True)
        is_watched = console.is_terminal and not options["json"]
        return track(items, description, total=len(items), console=console, transient=True, disable=not is_watched)

    def _answer(self, options: Answer) -> Answer:
        if not self.changes_data:
            return self.work(**options)
        if not (options["dry_run"] and self.undoes_itself):
            return {**self.work(**options), "dry_run": options["dry_run"]}
        with transaction.atomic():
            answer = self.work(**options)
            transaction.set_rollback(True)
        return {**answer, "dry_run": True}


def workspace_named(slug: str) -> Workspace:
    """Return the workspace with this slug, or end the command with a sentence."""
    found = Workspace.objects.filter(slug=slug).first()
    if found is None:
        raise CommandError(f"There is no workspace with the address “{slug}”. create_workspace makes one.")
    return found


def member_named(workspace: Workspace, email: str) -> Member:
    """Return the active member with this e-mail address, or end the command with a sentence."""
    with workspace_scope(workspace):
        members = Member.objects.active().with_user().select_related("workspace")
        found = members.filter(workspace=workspace, user__email=email.strip().lower()).first()
    if found is None:
        raise CommandError(f"{email} does not work in “{workspace.slug}”. add_member lets them.")
    return found


def duration(text: str) -> timedelta:
    """Read `90s`, `15m`, `6h`, `2d` or `1d12h`, for argparse."""
    match = DURATION.fullmatch(text)
    if match is None:
        raise ArgumentTypeError(f"“{text}” is no duration; write 15m, 6h, 2d or 1d12h.")
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def moment(text: str) -> datetime:
    """Read a date, a time such as `2026-11-21T08:00` (UTC unless it says otherwise), or how long ago: `6h`."""
    try:
        if DURATION.fullmatch(text):
            return timezone.now() - duration(text)
        if (day := parse_date(text)) is not None:
            return datetime(day.year, day.month, day.day, tzinfo=timezone.get_default_timezone())
        if (found := parse_datetime(text)) is not None:
            return found if found.tzinfo else timezone.make_aware(found, timezone.get_default_timezone())
    except (ValueError, OverflowError):
        pass
    raise ArgumentTypeError(f"“{text}” is no time; write 2026-11-21, 2026-11-21T08:00 or how long ago: 6h.")
