"""Cursors: a page's place in the stream of events is the database snapshot it was rendered from.

Counting ids would lose events, because a transaction that took its ids early may commit late. A snapshot names the
transactions it could see, so "what was not visible in it" is exact.
"""

import re
from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from django.db import connection

from helpdesk.realtime import queries

RETENTION = timedelta(days=3)
MOST_CHANGES = 1000
LONGEST_CURSOR = 8000

_SNAPSHOT = re.compile(r"([0-9]{1,18}):([0-9]{1,18}):((?:[0-9]{1,18}(?:,[0-9]{1,18})*)?)")


class Change(NamedTuple):
    """Something changed: its kind, its id, and the id of the part of it that did."""

    kind: str
    subject: int
    part: int | None


class Reset(StrEnum):
    """A cursor cannot be continued, and why: the page has to load everything again."""

    MALFORMED = "malformed"
    FUTURE = "future"
    EXPIRED = "expired"
    TOO_MANY = "too many"


def current_cursor() -> str:
    """Return the cursor of this moment. A page takes it before its other queries, so that nothing falls between."""
    with connection.cursor() as database:
        database.execute(queries.NOW)
        return str(database.fetchone()[0])


def events_since(workspace_id: int, cursor: str) -> list[Change] | Reset:
    """Return what changed in a workspace after `cursor`. Call inside its scope."""
    return between(workspace_id, cursor, current_cursor())


def between(workspace_id: int, cursor: str, until: str) -> list[Change] | Reset:
    """Return the changes visible in the snapshot `until` and not in `cursor`. Call inside the workspace's scope."""
    refusal = refuse(cursor, until)
    if refusal:
        return refusal
    with connection.cursor() as database:
        database.execute(queries.BETWEEN, parameters(workspace_id, cursor, until))
        return judge(database.fetchall())


def refuse(cursor: str, until: str) -> Reset | None:
    """Say why `cursor` cannot lead to `until`; a cursor of the future comes from a database that was restored since."""
    highest = _highest(cursor)
    if highest is None:
        return Reset.MALFORMED
    if is_behind(until, cursor):
        return Reset.FUTURE
    return None


def is_behind(snapshot: str, other: str) -> bool:
    """Whether `snapshot` knows fewer transactions than `other`; the database never goes back, unless restored."""
    return (_highest(snapshot) or 0) < (_highest(other) or 0)


def parameters(workspace_id: int, cursor: str, until: str) -> dict[str, Any]:
    return {
        "workspace": workspace_id,
        "cursor": cursor,
        "until": until,
        "retention": RETENTION,
        "limit": MOST_CHANGES + 1,
    }


def judge(rows: list[tuple[str, int, int | None, bool]]) -> list[Change] | Reset:
    """Turn rows of `queries.BETWEEN` into changes.

    An event past its retention that the cursor had not seen means that others, now purged, were not seen either.
    """
    if any(is_old for *_, is_old in rows):
        return Reset.EXPIRED
    if len(rows) > MOST_CHANGES:
        return Reset.TOO_MANY
    return distinct(Change(*row[:3]) for row in rows)


def distinct(changes: Iterable[Change]) -> list[Change]:
    """Return each change once, in the order of its first appearance."""
    return list(dict.fromkeys(changes))


def _highest(cursor: str) -> int | None:
    """Return the first transaction id a snapshot had not seen assigned, or None when PostgreSQL would not read it."""
    match = _SNAPSHOT.fullmatch(cursor) if len(cursor) <= LONGEST_CURSOR else None
    if not match:
        return None
    lowest, highest = int(match[1]), int(match[2])
    running = [int(transaction) for transaction in match[3].split(",") if transaction]
    in_order = running == sorted(running) and all(lowest <= transaction < highest for transaction in running)
    return highest if 0 < lowest <= highest and in_order else None
