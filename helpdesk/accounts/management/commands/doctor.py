"""`doctor`"""

from dataclasses import asdict
from typing import Any

from django.utils.module_loading import autodiscover_modules

from helpdesk.commands import Answer, OperatorCommand
from helpdesk.doctor import Level, examine

MARKS = {Level.FINE: "  ok   ", Level.LOOK: "  look ", Level.WRONG: "  WRONG"}


class Command(OperatorCommand):
    help = (
        "Look at everything that the product needs, and say in words what is wrong and how to mend it. "
        "Exit codes: 0 nothing is wrong, 1 something is."
    )
    changes_data = False
    needs_database = False
    requires_system_checks = []

    def work(self, **options: Any) -> Answer:
        from helpdesk.doctor import database, installation, work  # noqa: F401 -- they register what they examine

        autodiscover_modules("doctor")
        findings = [asdict(finding) for finding in examine()]
        return {"ok": all(each["level"] != Level.WRONG for each in findings), "findings": findings}

    def in_words(self, answer: Answer) -> str:
        return "\n".join(self._line(finding) for finding in answer["findings"])

    def exit_status(self, answer: Answer) -> int:
        return 0 if answer["ok"] else 1

    def _line(self, finding: dict[str, str]) -> str:
        line = f"{MARKS[Level(finding['level'])]}  {finding['check']}: {finding['words']}"
        return f"{line}\n           → {finding['mend']}" if finding["mend"] else line
