"""Bearer tokens that this server issues for its own API."""

from datetime import timedelta

import jwt
from django.conf import settings
from django.utils import timezone

from helpdesk.accounts.models import Member
from helpdesk.crypto import derived_key

ISSUER = "helpdesk"
AUDIENCE = "helpdesk-api"
ALGORITHM = "HS256"
LONGEST = timedelta(days=31)
LEEWAY = timedelta(seconds=30)
REQUIRED = ["aud", "exp", "iat", "iss", "sub", "workspace"]
LONGEST_TOKEN = 8192


class BadToken(Exception):
    """The token is not one of ours, or not one that is good now. Says no more than that."""


def issue(member: Member, *, minutes: int) -> str:
    """Return a signed token that speaks as the member for `minutes`, at most 31 days."""
    now = timezone.now()
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(member.pk),
        "workspace": member.workspace_id,
        "iat": now,
        "exp": now + min(timedelta(minutes=minutes), LONGEST),
    }
    return jwt.encode(claims, _key(settings.SECRET_KEY), algorithm=ALGORITHM)


def read(token: str) -> tuple[int, int]:
    """Return (workspace id, member id) of a good token; raises `BadToken` for any other text."""
    if len(token) > LONGEST_TOKEN:
        raise BadToken
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return _identity(_claims(token, secret))
        except (jwt.PyJWTError, ValueError, TypeError):
            continue
    raise BadToken


def _claims(token: str, secret: str) -> dict[str, object]:
    claims: dict[str, object] = jwt.decode(
        token,
        _key(secret),
        algorithms=[ALGORITHM],
        audience=AUDIENCE,
        issuer=ISSUER,
        leeway=LEEWAY,
        options={"require": REQUIRED, "strict_aud": True},
    )
    return claims


def _identity(claims: dict[str, object]) -> tuple[int, int]:
    lifetime = int(str(claims["exp"])) - int(str(claims["iat"]))
    if lifetime > LONGEST.total_seconds():
        raise ValueError("it lives too long")
    return int(str(claims["workspace"])), int(str(claims["sub"]))


def _key(secret: str) -> bytes:
    return derived_key(secret, "api tokens")
