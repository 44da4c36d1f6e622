"""Runs a command as an operator at a terminal does."""

import json
from io import StringIO
from typing import Any, NamedTuple

from django.core.management import CommandError, call_command


class Ran(NamedTuple):
    """What a command ended with and said; `error` is what it wrote to standard error."""

    status: int | str | None
    out: str
    error: str

    @property
    def answer(self) -> dict[str, Any]:
        """Return what it said with `--json`."""
        found: dict[str, Any] = json.loads(self.out)
        return found


def run(*words: str) -> Ran:
    """Run `words`, the first of which names the command."""
    out, error, status = StringIO(), "", 0
    try:
        call_command(*words, stdout=out)
    except CommandError as refusal:
        error, status = str(refusal), refusal.returncode
    except SystemExit as end:
        status = end.code  # type: ignore[assignment]
    return Ran(status, out.getvalue(), error)
