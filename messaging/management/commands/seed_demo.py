"""`seed_demo [--demo-file FILE] [--address URL] [--new-passwords]`"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from helpdesk.accounts.models import Workspace
from helpdesk.commands import Answer, OperatorCommand
from messaging.demo import people
from messaging.demo.script import Script, scripts
from messaging.demo.seed import seed


class Command(OperatorCommand):
    help = (
        "Make two invented workspaces with people in every role and conversations in every state. Running it again "
        "changes nothing. Not in production."
    )
    undoes_itself = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--demo-file", type=Path, metavar="FILE", help="where to write who can sign in, as JSON")
        parser.add_argument("--address", default=settings.PUBLIC_URL, help="where the pages are (default: PUBLIC_URL)")
        parser.add_argument("--new-passwords", action="store_true", help="give the invented people new passwords")

    def work(self, **options: Any) -> Answer:
        if settings.PRODUCTION:
            raise CommandError("The demonstration is not for production: anybody who reads its file could sign in.")
        wanted = scripts()
        if options["dry_run"]:
            known = set(Workspace.objects.values_list("slug", flat=True))
            return {"made": [script.slug for script in wanted if script.slug not in known], "people": []}
        made = [script.slug for script in self.track(wanted, "Playing", options) if seed(script)]
        file = str(options["demo_file"]) if options["demo_file"] else None
        return {"made": made, "people": self._people(wanted, options), "address": options["address"], "file": file}

    def in_words(self, answer: Answer) -> str:
        lines = [f"Made {slug}." for slug in answer["made"]] or ["The demonstration was there already."]
        if answer.get("file"):
            return "\n".join([*lines, f"Who can sign in is in {answer['file']}."])
        row = "  {role:<8} {user:<28} {password:<22} {workspace}"
        return "\n".join([*lines, *(row.format_map(person) for person in answer["people"])])

    def _people(self, wanted: list[Script], options: Answer) -> list[people.Person]:
        """Return who got a password just now; somebody has to be told, or the demonstration is of no use."""
        file = options["demo_file"]
        is_known = bool(people.told_already(file, wanted)) if file else people.everybody_has_a_password(wanted)
        if is_known and not options["new_passwords"]:
            return []
        given = people.give_passwords(wanted)
        if file:
            people.tell(file, options["address"], given)
        return given
