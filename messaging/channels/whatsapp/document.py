"""Turns the bytes of a stranger into JSON values that PostgreSQL can store."""

import json
import math
import re
from typing import Any, NoReturn

MAX_DEPTH = 64
_SAFE_INTEGER_DIGITS = 18  # fits a bigint; longer ones stay text, and int() refuses 4,300 digits
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class Unreadable(ValueError):
    """The body is not JSON. Carries the reason as a sentence."""


def read_document(raw: bytes | str) -> Any:
    """The JSON value in ``raw``, storable throughout; raises `Unreadable` and nothing else."""
    try:
        value = json.loads(raw, parse_int=_integer, parse_float=_decimal, parse_constant=_refuse_constant)
    except Unreadable:
        raise
    except RecursionError:
        raise Unreadable("The body is nested too deeply.") from None
    except (ValueError, TypeError):
        raise Unreadable("The body is not JSON.") from None
    return storable(value)


def storable(value: Any, depth: int = 0) -> Any:
    """A copy without NUL, lone surrogates and endless nesting."""
    if isinstance(value, str):
        return clean(value)
    if depth >= MAX_DEPTH and isinstance(value, dict | list):
        return None
    if isinstance(value, dict):
        return {clean(key): storable(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [storable(item, depth + 1) for item in value]
    return value


def clean(text: str) -> str:
    """PostgreSQL's text and jsonb hold neither NUL nor half a surrogate pair."""
    return _UNSTORABLE.sub(lambda match: "" if match[0] == "\x00" else "\ufffd", text)


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits.lstrip("-")) <= _SAFE_INTEGER_DIGITS else digits


def _decimal(digits: str) -> float | str:
    number = float(digits)
    return number if math.isfinite(number) else digits


def _refuse_constant(name: str) -> NoReturn:
    raise Unreadable(f"The body is not JSON: it holds {name}.")
