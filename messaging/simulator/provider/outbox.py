"""Posts signed webhooks to the product until it answers 200."""

import functools
import itertools
import logging
import secrets
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import httpx

from .chats import Account
from .errors import GraphError
from .faults import WEBHOOK_KINDS, Fault, FaultScript
from .ledger import Ledger
from .payloads import Value, envelope
from .signing import sign
from .timers import Timers

log = logging.getLogger(__name__)
ANSWER_SECONDS = 20
# Meta goes on for days; a stand-in that outlives its tests by minutes is enough.
RETRY_SECONDS = (0.2, 0.5, 1, 2, 4, 8, 15, *[30] * 20)

Listener = Callable[[str, dict[str, object]], None]


@dataclass
class Webhook:
    """One body on its way; `heard` is told what became of each attempt."""

    id: str
    account: Account
    raw: bytes
    heard: Listener = field(default=lambda kind, facts: None)
    attempts: int = 0


class Outbox:
    """Delivers concurrently, so webhooks arrive in any order, as Meta's do."""

    def __init__(self, ledger: Ledger, timers: Timers, faults: FaultScript, retries: Sequence[float] | None) -> None:
        self._ledger, self._timers, self._faults = ledger, timers, faults
        self._retries = RETRY_SECONDS if retries is None else retries
        limits = httpx.Limits(max_connections=32, max_keepalive_connections=16)
        # An environment proxy must never see what is meant for this machine.
        self._client = httpx.Client(limits=limits, timeout=ANSWER_SECONDS, trust_env=False, verify=_trust())
        self._held: list[Webhook] = []
        self._holding = threading.Lock()
        self._serial = itertools.count()
        self._run = secrets.token_hex(4)

    def emit(self, account: Account, value: Value, heard: Listener | None = None, *, field: str = "messages") -> str:
        """Write the webhook down, then send it; the answer is the webhook's id."""
        return self.emit_raw(account, envelope(account, value, field), heard)

    def emit_raw(self, account: Account, raw: bytes, heard: Listener | None = None) -> str:
        """The same with a finished body."""
        webhook = Webhook(f"{self._run}-{next(self._serial)}", account, raw)
        if heard:
            webhook.heard = heard
        self._ledger.append(
            "webhook",
            webhook=webhook.id,
            phone_number_id=account.phone_number_id,
            url=account.webhook_url,
            body=raw.decode(),
        )
        fault = self._faults.take(WEBHOOK_KINDS, phone_number_id=account.phone_number_id)
        if fault and fault.kind == "reorder":
            self._hold(webhook, fault)
        else:
            for _ in range(fault.count if fault else 1):
                self._timers.after(0, partial(self._post, webhook))
        return webhook.id

    def resume(self, find_account: Callable[[str], Account]) -> int:
        """Send again what an earlier run wrote down and never saw answered."""
        waiting = {}
        for line in self._ledger.lines():
            if line["kind"] == "webhook":
                waiting[line["webhook"]] = line
            elif line["kind"] in ("webhook_acknowledged", "webhook_given_up"):
                waiting.pop(line["webhook"], None)
        for line in waiting.values():
            try:
                account = find_account(line["phone_number_id"])
            except GraphError:
                continue
            self._timers.after(0, partial(self._post, Webhook(line["webhook"], account, line["body"].encode())))
        return len(waiting)

    def close(self) -> None:
        """Close the connections; call it after the timers have stopped."""
        self._client.close()

    def _post(self, webhook: Webhook) -> None:
        if not webhook.account.webhook_url:
            webhook.heard("webhook_nowhere", {})
            return
        webhook.attempts += 1
        attempt, started = webhook.attempts, time.perf_counter()
        status = self._answer_to(webhook)
        facts: dict[str, object] = {
            "attempt": attempt,
            "status": status,
            "seconds": round(time.perf_counter() - started, 4),
        }
        if status == httpx.codes.OK:
            self._ledger.append("webhook_acknowledged", webhook=webhook.id, **facts)
            webhook.heard("webhook_accepted", facts)
        elif attempt <= len(self._retries):
            webhook.heard("webhook_refused", facts)
            self._timers.after(self._retries[attempt - 1], partial(self._post, webhook))
        else:
            self._ledger.append("webhook_given_up", webhook=webhook.id, **facts)
            webhook.heard("webhook_given_up", facts)

    def _answer_to(self, webhook: Webhook) -> int:
        headers = {"Content-Type": "application/json", "User-Agent": "facebookexternalua", **self._signature(webhook)}
        try:
            return self._client.post(webhook.account.webhook_url, content=webhook.raw, headers=headers).status_code
        except httpx.HTTPError as error:
            log.info("webhook %s was not answered: %s", webhook.id, type(error).__name__)
            return 0

    @staticmethod
    def _signature(webhook: Webhook) -> dict[str, str]:
        return sign(webhook.account.app_secret, webhook.raw, webhook.account.signature)

    def _hold(self, webhook: Webhook, fault: Fault) -> None:
        with self._holding:
            self._held.append(webhook)
            full = len(self._held) >= fault.count
        self._timers.after(0 if full else min(fault.seconds, 1.0), self._release)

    def _release(self) -> None:
        with self._holding:
            held, self._held = self._held[::-1], []
        for webhook in held:
            self._post(webhook)


@functools.cache
def _trust() -> ssl.SSLContext:
    # Reading all certificates takes longer than the rest of a start.
    return httpx.create_ssl_context()
