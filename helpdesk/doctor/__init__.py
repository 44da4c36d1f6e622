"""What is wrong with this installation, in words, and how to mend it. Apps register what they can examine."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db import Error, connection

from helpdesk.accounts.tenancy import assert_no_transaction


class Level(StrEnum):
    FINE = "fine"
    LOOK = "look"  # somebody should look at it; it works
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `mend` says what to do about it."""

    level: Level
    words: str
    mend: str = ""
    check: str = ""


Examination = Callable[[], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class _Registered:
    check: str
    needs_database: bool
    examination: Examination


_registered: list[_Registered] = []


def examination(check: str, *, needs_database: bool = True) -> Callable[[Examination], Examination]:
    """Have the doctor do this too. It runs outside of any transaction; without a database only some can."""

    def register(examine: Examination) -> Examination:
        _registered.append(_Registered(check, needs_database, examine))
        return examine

    return register


def fine(words: str) -> Finding:
    return Finding(Level.FINE, words)


def look(words: str, mend: str) -> Finding:
    return Finding(Level.LOOK, words, mend)


def wrong(words: str, mend: str) -> Finding:
    return Finding(Level.WRONG, words, mend)


def examine() -> list[Finding]:
    """Return everything that was found, in the order in which it was registered."""
    assert_no_transaction("An examination")
    trouble = _database_trouble()
    found = [] if not trouble else [_named("database", wrong(trouble, "Start PostgreSQL, or correct DATABASE_URL."))]
    for each in _registered:
        if not (trouble and each.needs_database):
            found += _findings(each)
    return found


def _findings(registered: _Registered) -> list[Finding]:
    try:
        return [_named(registered.check, finding) for finding in registered.examination()]
    except Exception as error:  # whatever an examination trips over is what the operator wants to hear of
        words = f"This could not be examined: {type(error).__name__}: {error}"
        return [_named(registered.check, wrong(words, "Look at the log of the database and of the pages."))]


def _named(check: str, finding: Finding) -> Finding:
    return Finding(finding.level, finding.words, finding.mend, check)


def _database_trouble() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error as error:
        return f"The database does not answer: {str(error).strip().splitlines()[0]}"
    return ""
