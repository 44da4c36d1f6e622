"""Takes fields out of objects whose shape nobody promised; a wrong type reads as an absent field."""

import hashlib
import json
import math
import re
from datetime import UTC, datetime, timedelta
from typing import Any

MAX_ID = 160
MAX_LINE = 255
MAX_TEXT = 65_536  # the longest message WhatsApp itself allows
MAX_URL = 2_048

_NUMBER = re.compile(r"\d{1,19}(\.\d{1,9})?", re.ASCII)
_FINER_UNITS = ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3))  # a count above the first is nano-, micro-, milliseconds
_EARLIEST = datetime(2009, 1, 1, tzinfo=UTC)  # WhatsApp's first year
_LATEST = datetime(2100, 1, 1, tzinfo=UTC)
_CLOCK_SKEW = timedelta(days=1)


def mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """A list, or the one object that was sent without its list."""
    if isinstance(value, list):
        return value
    return [value] if isinstance(value, dict) else []


def text(value: Any, limit: int = MAX_TEXT) -> str:
    if isinstance(value, str):
        return value[:limit]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return str(value)


def line(value: Any, limit: int = MAX_LINE) -> str:
    """Text for one line: names, titles, types."""
    return " ".join(text(value).split())[:limit]


def identifier(value: Any) -> str:
    """An id as text; one that is too long for its column keeps its start and gains a digest."""
    found = text(value).strip()
    if len(found) <= MAX_ID:
        return found
    return f"{found[:90]}~{hashlib.sha256(found.encode()).hexdigest()}"


def made_id(kind: str, *parts: Any) -> str:
    """The same id for the same content, where the provider gives none: a second delivery must not count twice."""
    content = json.dumps(parts, sort_keys=True, ensure_ascii=True)
    return f"{kind}:{hashlib.sha256(content.encode()).hexdigest()}"


def flag(value: Any) -> bool:
    return value is True or (isinstance(value, str) and value.lower() == "true")


def number(value: Any) -> float | None:
    try:
        found = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else math.nan
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def code(value: Any) -> int | None:
    """An error code; anything beyond 32 bits is not one."""
    found = text(value, 12).strip()
    return int(found) if re.fullmatch(r"\d{1,9}", found, re.ASCII) else None


def moment(value: Any, received_at: datetime | None = None) -> datetime | None:
    """Unix time (seconds to nanoseconds) or ISO 8601; None when absurd or later than a day after ``received_at``."""
    found = text(value, 64).strip()
    try:
        when = _unix(float(found)) if _NUMBER.fullmatch(found) else datetime.fromisoformat(found)
        when = when.replace(tzinfo=when.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    latest = min(_LATEST, received_at + _CLOCK_SKEW) if received_at else _LATEST
    return when if _EARLIEST <= when < latest else None


def _unix(count: float) -> datetime:
    divisor = next((divisor for above, divisor in _FINER_UNITS if count > above), 1)
    return datetime.fromtimestamp(count / divisor, UTC)
