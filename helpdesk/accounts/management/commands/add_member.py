"""`add_member SLUG EMAIL --role ROLE`"""

import sys
from argparse import ArgumentParser
from typing import Any

from helpdesk.accounts.actions.members import add_member
from helpdesk.accounts.permissions import Role
from helpdesk.accounts.tenancy import workspace_scope
from helpdesk.commands import Answer, OperatorCommand, workspace_named


class Command(OperatorCommand):
    help = "Let a person work in a workspace; their account is made when the address is unknown."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("slug", help="the workspace")
        parser.add_argument("email", help="what the person signs in with")
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument("--name", default="", help="what colleagues call them")
        parser.add_argument(
            "--password-stdin",
            action="store_true",
            help="read the password of a new account from standard input; without it they set one by mail",
        )

    def work(self, **options: Any) -> Answer:
        password = sys.stdin.readline().rstrip("\n") if options["password_stdin"] else None
        workspace = workspace_named(options["slug"])
        with workspace_scope(workspace):
            member = add_member(
                workspace,
                email=options["email"],
                role=options["role"],
                name=options["name"],
                password=password,
            )
        return {
            "workspace": workspace.slug,
            "id": member.pk,
            "email": member.user.email,
            "role": member.role,
            "has_password": member.user.has_usable_password(),
        }

    def in_words(self, answer: Answer) -> str:
        added = f"{answer['email']} is now {answer['role']} of {answer['workspace']}."
        return added if answer["has_password"] else f"{added} They set a password with “Forgot your password?”."
