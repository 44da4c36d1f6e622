"""`resend_unconfirmed SLUG [--older-than AGE] [--mark-as-sent] --yes`"""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from helpdesk.accounts.models import Member, Workspace
from helpdesk.accounts.permissions import Role
from helpdesk.accounts.tenancy import workspace_scope
from helpdesk.commands import PARTLY, Answer, OperatorCommand, duration, member_named, workspace_named
from helpdesk.errors import RuleViolation
from messaging.actions.attempts import confirm_message, resend_message
from messaging.models import Message


class Command(OperatorCommand):
    help = (
        "Settle messages of which nobody knows whether the provider got them: send them again, or mark them as sent. "
        "A customer may get what is sent again twice. Exit code 3: some were refused, such as those of a shut window."
    )
    undoes_itself = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("slug", help="the workspace")
        parser.add_argument("--older-than", type=duration, metavar="AGE", help="only those tried longer ago: 15m, 2h")
        parser.add_argument("--mark-as-sent", action="store_true", help="say that they arrived; send nothing")
        parser.add_argument("--as", dest="email", help="the member who decides it (default: the first owner)")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def work(self, **options: Any) -> Answer:
        workspace = workspace_named(options["slug"])
        actor = member_named(workspace, options["email"]) if options["email"] else self._owner(workspace)
        found = self._found(workspace, options)
        if options["dry_run"] or not found:
            return {"settled": len(found), "refused": []}
        self._ask(len(found), options)
        refused = []
        for pk in self.track(found, "Settling", options):
            with workspace_scope(workspace):
                if reason := self._settle(pk, actor, options):
                    refused.append({"message": pk, "reason": reason})
        return {"settled": len(found) - len(refused), "refused": refused}

    def in_words(self, answer: Answer) -> str:
        lines = [f"{answer['settled']} messages settled."]
        return "\n".join([*lines, *(f"Message {each['message']}: {each['reason']}" for each in answer["refused"])])

    def exit_status(self, answer: Answer) -> int:
        return PARTLY if answer["refused"] else 0

    def _owner(self, workspace: Workspace) -> Member:
        with workspace_scope(workspace):
            owner = (
                Member.objects.active().with_user().filter(workspace=workspace, role=Role.OWNER).order_by("pk").first()
            )
        if owner is None:
            raise CommandError("This workspace has no owner to decide it; name a member with --as.")
        return owner

    def _found(self, workspace: Workspace, options: Answer) -> list[int]:
        with workspace_scope(workspace):
            found = Message.objects.filter(workspace=workspace, state=Message.State.UNCONFIRMED)
            if options["older_than"] is not None:
                found = found.filter(attempted_at__lt=timezone.now() - options["older_than"])
            return list(found.order_by("pk").values_list("pk", flat=True))

    def _ask(self, count: int, options: Answer) -> None:
        if options["yes"]:
            return
        deed = "marked as sent" if options["mark_as_sent"] else "sent again; customers may get them twice"
        if not sys.stdin.isatty():
            raise CommandError(f"{count} messages would be {deed}. Say --yes to do it.")
        if input(f"{count} messages will be {deed}. Go on? [y/N] ").strip().lower() != "y":
            raise CommandError("Nothing was changed.")

    def _settle(self, pk: int, actor: Member, options: Answer) -> str:
        """Return why it was refused; empty when it was done."""
        message = Message.objects.filter(pk=pk).first()
        try:
            if message and options["mark_as_sent"]:
                confirm_message(message, actor=actor)
            elif message:
                resend_message(message, actor=actor)
        except RuleViolation as refusal:
            return refusal.sentence
        return ""
