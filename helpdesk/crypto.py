"""Secrets at rest: a model field that is encrypted in the database and plain in Python."""

import base64
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models


def derived_key(secret: str, purpose: str) -> bytes:
    """Return 32 bytes made from `secret` for one purpose, so that no two uses share a key."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(secret.encode())


def _box() -> MultiFernet:
    return _box_of(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


@lru_cache(maxsize=8)
def _box_of(*secrets: str) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(derived_key(secret, "credentials"))) for secret in secrets])


class SecretField(models.TextField):
    """Text encrypted with a key derived from SECRET_KEY; empty stays empty; never shown in forms or the admin."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **{"editable": False, "blank": True, "default": "", **kwargs})

    def get_prep_value(self, value: Any) -> Any:
        return _box().encrypt(value.encode()).decode() if value else ""

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str:
        if not value:
            return ""
        try:
            return _box().decrypt(value.encode()).decode()
        except InvalidToken as error:
            raise ValueError("A stored credential cannot be read: SECRET_KEY changed without a fallback.") from error
