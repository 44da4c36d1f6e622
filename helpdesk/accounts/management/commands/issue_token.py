"""`issue_token SLUG EMAIL --minutes N`"""

from argparse import ArgumentParser
from typing import Any

from helpdesk.accounts.actions.tokens import issue_token
from helpdesk.accounts.tenancy import workspace_scope
from helpdesk.commands import Answer, OperatorCommand, member_named, workspace_named


class Command(OperatorCommand):
    help = "Print a token with which a program calls the API as a member. It is shown once and stored nowhere."
    changes_data = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("slug", help="the workspace")
        parser.add_argument("email", help="the member that the program speaks as")
        parser.add_argument("--minutes", type=int, default=60, help="how long it works (default: %(default)s)")

    def work(self, **options: Any) -> Answer:
        workspace = workspace_named(options["slug"])
        member = member_named(workspace, options["email"])
        with workspace_scope(workspace):
            token = issue_token(member, minutes=options["minutes"], actor=None)
        return {"token": token, "workspace": workspace.slug, "minutes": options["minutes"]}

    def in_words(self, answer: Answer) -> str:
        return str(answer["token"])
