"""Keyset pages: the next page starts after the last row of this one, so it costs the same however deep it is."""

import base64
import binascii
from datetime import UTC, datetime

from django.utils.dateparse import parse_datetime

LONGEST_KEY = 200


def encode_key(at: datetime, pk: int) -> str:
    """Return a text for an address that names the row at `at` with id `pk`."""
    return base64.urlsafe_b64encode(f"{at.isoformat()}|{pk}".encode()).decode().rstrip("=")


def decode_key(text: str) -> tuple[datetime, int] | None:
    """Return what `encode_key` was given; None for anything else."""
    if not text or len(text) > LONGEST_KEY:
        return None
    try:
        plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
        at, _, pk = plain.partition("|")
        when = parse_datetime(at)
        return (when.astimezone(UTC), int(pk)) if when and when.tzinfo else None
    except (binascii.Error, ValueError, OverflowError):  # PostgreSQL refuses zones that Python takes
        return None
