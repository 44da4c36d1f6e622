"""One request to the provider: bounded in time and size, never redirected, and clear about whether it left."""

import email.utils
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
from django.utils.translation import gettext as _

from .document import Unreadable, read_document
from .errors import Action

TIMEOUT = httpx.Timeout(30.0, connect=5.0)
# No connection is used twice: one that the server is just leaving would put a sound send in doubt.
_LIMITS = httpx.Limits(max_keepalive_connections=0)
MAX_SECONDS = 90.0  # a server that drips bytes never meets the read timeout
MAX_ANSWER = 4 * 1024 * 1024
_AGENT = "Mozilla/5.0 (compatible; helpdesk)"  # the file servers refuse unusual ones
_SEGMENT = re.compile(r"(?!\.+$)[A-Za-z0-9._=:+-]{1,255}")
_TOKEN = re.compile(r"[\x21-\x7e]+")
_LONGEST_WAIT = 86_400.0

# All of these happen before a byte of the request leaves.
_NOT_REACHED = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
)
# So do these, and only another address of the provider helps.
_MISCONFIGURED = (httpx.UnsupportedProtocol, httpx.LocalProtocolError)


class NotReached(Exception):
    """The request did not leave. Carries what to do and a sentence."""

    def __init__(self, action: Action, sentence: str):
        super().__init__(sentence)
        self.action, self.sentence = action, sentence


class Lost(Exception):
    """The request may have arrived, and its answer did not."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Any  # None when it is not JSON
    retry_after: float | None


class Wire:
    """Speaks to one provider with one token."""

    def __init__(
        self,
        base_url: str,
        version: str,
        token: str,
        *,
        auth_header: str = "Authorization",
        http: httpx.Client | None = None,
        before_request: Callable[[], object] | None = None,
    ):
        self.base = parse_address(base_url.rstrip("/"))
        self._root = "/".join(filter(None, [base_url.rstrip("/"), version.strip("/")]))
        self._token, self._auth_header = token.strip(), auth_header
        self._http, self._owns_http = http or httpx.Client(limits=_LIMITS), http is None
        self._before_request = before_request

    def close(self) -> None:
        if self._owns_http:
            self._http.close()

    def url(self, *segments: str) -> httpx.URL:
        """The address of an object. Ids come from strangers' bodies too: none may climb to another path."""
        if not self.base.host:
            raise NotReached(Action.PAUSE_CHANNEL, _("The provider's address is not valid."))
        if not all(_SEGMENT.fullmatch(segment) for segment in segments):
            raise NotReached(Action.FAIL, _("This id cannot be asked for."))
        return parse_address("/".join([self._root, *segments]))

    def exchange(self, method: str, url: httpx.URL, **content: Any) -> Answer:
        """Ask and read the whole answer; raises `NotReached` or `Lost`."""
        with self.stream(method, url, **content) as response:
            raw = b"".join(bounded(response, MAX_ANSWER, MAX_SECONDS))
            return Answer(response.status_code, _read(raw), _retry_after(response.headers.get("retry-after", "")))

    @contextmanager
    def stream(
        self, method: str, url: httpx.URL, *, with_token: bool = True, **content: Any
    ) -> Iterator[httpx.Response]:
        """Ask, and leave reading the answer to the caller; raises `NotReached` or `Lost`, also while reading."""
        if self._before_request:
            self._before_request()
        headers = {"User-Agent": _AGENT, "Accept-Encoding": "identity"} | (self._credentials() if with_token else {})
        try:
            with self._http.stream(
                method, url, headers=headers, timeout=TIMEOUT, follow_redirects=False, **content
            ) as response:
                yield response
        except _NOT_REACHED as error:
            raise NotReached(Action.RETRY, _("The provider cannot be reached.")) from error
        except _MISCONFIGURED as error:
            raise NotReached(Action.PAUSE_CHANNEL, _("The provider's address is not valid.")) from error
        except httpx.HTTPError as error:
            raise Lost(type(error).__name__) from error

    def _credentials(self) -> dict[str, str]:
        if not _TOKEN.fullmatch(self._token):
            raise NotReached(Action.PAUSE_CHANNEL, _("The access token is empty or holds characters no token has."))
        is_bearer = self._auth_header.lower() == "authorization"
        return {self._auth_header: f"Bearer {self._token}" if is_bearer else self._token}


def parse_address(written: str) -> httpx.URL:
    """The address, without a host when it is none."""
    try:
        return httpx.URL(written)
    except httpx.InvalidURL:
        return httpx.URL()


def bounded(response: httpx.Response, max_bytes: int, max_seconds: float) -> Iterator[bytes]:
    """The body in pieces; raises `Lost` when it is too large or too slow."""
    size, deadline = 0, time.monotonic() + max_seconds
    for piece in response.iter_bytes():
        size += len(piece)
        if size > max_bytes or time.monotonic() > deadline:
            raise Lost("TooLarge" if size > max_bytes else "TooSlow")
        yield piece


def _read(raw: bytes) -> Any:
    try:
        return read_document(raw)
    except Unreadable:
        return None


def _retry_after(written: str) -> float | None:
    """Seconds, or a date; at most a day."""
    if re.fullmatch(r"\d{1,9}(\.\d+)?", written, re.ASCII):
        return min(float(written), _LONGEST_WAIT)
    try:
        seconds = (email.utils.parsedate_to_datetime(written) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError):
        return None
    return min(max(seconds, 0.0), _LONGEST_WAIT)
