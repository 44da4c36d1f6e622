"""`create_workspace SLUG --name NAME`"""

from argparse import ArgumentParser
from typing import Any

from helpdesk.accounts.actions.workspaces import create_workspace
from helpdesk.commands import Answer, OperatorCommand


class Command(OperatorCommand):
    help = "Make a workspace. It is empty; give it people with add_member and a number with create_channel."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("slug", help="its part of every address: small letters, digits and hyphens")
        parser.add_argument("--name", required=True, help="what people call it")
        parser.add_argument("--time-zone", default="UTC", help="such as Asia/Jakarta (default: %(default)s)")
        parser.add_argument("--language", default="en", help="en or id (default: %(default)s)")
        parser.add_argument(
            "--region", default="ID", help="country of phone numbers without one (default: %(default)s)"
        )
        parser.add_argument("--ticket-prefix", default="T", help="before ticket numbers (default: %(default)s)")

    def work(self, **options: Any) -> Answer:
        workspace = create_workspace(
            options["slug"],
            name=options["name"],
            time_zone=options["time_zone"],
            language=options["language"],
            default_region=options["region"],
            ticket_prefix=options["ticket_prefix"],
        )
        return {"workspace": workspace.slug, "id": workspace.pk, "name": workspace.name}

    def in_words(self, answer: Answer) -> str:
        return f"Workspace {answer['workspace']} made: {answer['name']}."
