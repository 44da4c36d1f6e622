"""What a browser asks of the stream, read from the ASGI scope."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.http import parse_cookie
from django.http.request import split_domain_port, validate_host

Scope = dict[str, Any]


class StreamRequest:
    """One request for `/events/?workspace=<slug>&cursor=<snapshot>`."""

    def __init__(self, scope: Scope):
        self.method: str = scope["method"]
        self._headers: list[tuple[bytes, bytes]] = scope["headers"]
        self._query = parse_qs(scope["query_string"].decode("latin-1"))

    @property
    def workspace(self) -> str:
        return self._query.get("workspace", [""])[-1]

    @property
    def cursor(self) -> str:
        """Where to continue: what the browser last saw wins over what the page was rendered with."""
        return self.header("last-event-id") or self._query.get("cursor", [""])[-1]

    @property
    def session_key(self) -> str:
        return parse_cookie(self.header("cookie", "; ")).get(settings.SESSION_COOKIE_NAME, "")

    @property
    def is_for_this_host(self) -> bool:
        domain, _ = split_domain_port(self.header("host"))
        return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)

    @property
    def is_same_origin(self) -> bool:
        """Whether a page of this site asks; no other site may watch, even on the same domain."""
        origin = self.header("origin")
        if origin and urlsplit(origin).netloc != self.header("host"):
            return False
        return self.header("sec-fetch-site") in ("", "same-origin")

    def header(self, name: str, joint: str = ",") -> str:
        wanted = name.encode()
        return joint.join(value.decode("latin-1") for key, value in self._headers if key == wanted)
