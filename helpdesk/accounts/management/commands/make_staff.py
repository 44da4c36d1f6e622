"""`make_staff EMAIL`"""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from helpdesk.accounts.actions.users import make_staff, user_for
from helpdesk.accounts.models import User
from helpdesk.commands import Answer, OperatorCommand


class Command(OperatorCommand):
    help = "Let a person into the Django admin at /admin/, where they see every workspace; or no longer."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("email", help="the person; their account is made when the address is unknown")
        parser.add_argument("--revoke", action="store_true", help="let them in no longer")
        parser.add_argument(
            "--password-stdin", action="store_true", help="read the password of a new account from standard input"
        )

    def work(self, **options: Any) -> Answer:
        if options["revoke"]:
            user = make_staff(self._known(options["email"]), is_staff=False)
        else:
            password = sys.stdin.readline().rstrip("\n") if options["password_stdin"] else None
            user = make_staff(user_for(options["email"], password=password))
        return {"email": user.email, "is_staff": user.is_staff}

    def in_words(self, answer: Answer) -> str:
        return f"{answer['email']} {'is' if answer['is_staff'] else 'is no longer'} installation staff."

    def _known(self, email: str) -> User:
        found = User.objects.filter(email=email.strip().lower()).first()
        if found is None:
            raise CommandError(f"Nobody has an account with the address {email}.")
        return found
