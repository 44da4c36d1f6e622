"""Errors as the provider writes them, in webhooks and in answers."""

from typing import Any

from .events import ProviderError
from .reading import code, items, line, mapping, text

_LONGEST = 1_000


def provider_errors(value: Any) -> tuple[ProviderError, ...]:
    found = [{"message": value}] if isinstance(value, str) else items(value)
    return tuple(provider_error(error) for error in found)


def provider_error(value: Any) -> ProviderError:
    error = mapping(value) or {"message": value}
    data = error.get("error_data")
    details = mapping(data).get("details") or error.get("details") or (data if isinstance(data, str) else "")
    return ProviderError(
        code=code(error.get("code")),
        title=line(error.get("title")),
        message=text(error.get("message"), _LONGEST),
        details=text(details, _LONGEST),
    )
