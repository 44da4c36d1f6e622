"""A running stand-in, for tests in this process and for the command."""

import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from .chats import Account
from .control import Control
from .core import Core
from .faults import Fault
from .files import Files
from .gate import Gate
from .graph import Graph, shake_hands
from .ledger import Line, sends_by_callback
from .phone import Phone
from .server import Server
from .statuses import Timing
from .web import Router
from .world import Directory


class Provider:
    """The Cloud API on 127.0.0.1, with the wires in your hand.

    `ledger_path` is where all that passes is written down; `state` is a folder that survives restarts;
    `retry_seconds` are the pauses between attempts at a webhook; `seed` makes chances repeatable.
    """

    def __init__(
        self,
        ledger_path: Path,
        *,
        port: int = 0,
        state: Path | None = None,
        timing: Timing | None = None,
        retry_seconds: Sequence[float] | None = None,
        seed: int | None = None,
        directory: Directory | None = None,
    ) -> None:
        self.core = Core(
            ledger_path, state=state, timing=timing or Timing(), retries=retry_seconds, seed=seed, directory=directory
        )
        router, gate = Router(), Gate(self.core)
        Control(self.core).routes(router)
        Files(self.core, gate).routes(router)
        Graph(self.core, gate).routes(router)
        self._server = Server(port, router)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="simulator", daemon=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The address: what a channel has as its base URL."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> str:
        """Listen, on a thread; the answer is the address."""
        self.core.url = self.url
        self._thread.start()
        self.core.resume()
        return self.url

    def stop(self) -> None:
        """Stop listening and delivering."""
        self._server.stop()
        self._thread.join()
        self.core.close()

    def register(self, **account: Any) -> Account:
        """Make a business number known: the fields of `Account`."""
        return self.core.world.add_account(Account(**account))

    def verify(self, account: Account) -> None:
        """Shake hands with the webhook as Meta does when an address is set; raises GraphError 2200."""
        shake_hands(account.webhook_url, account.verify_token)

    def customer(self, phone: str, *, account: Account | None = None, **known: Any) -> Phone:
        """The phone of a customer, made on first use; the account may be left out when there is one."""
        if account is None:
            (account,) = self.core.world.accounts.values()
        return Phone(self.core, self.core.world.add_customer(account.phone_number_id, phone, **known))

    def set_templates(self, waba_id: str, templates: list[dict[str, Any]]) -> None:
        """Replace the templates of a business account."""
        with self.core.world.lock:
            self.core.world.templates[waba_id] = templates

    def script(self, kind: str, **rule: Any) -> Fault:
        """Any fault by its fields; the methods below are the usual ones."""
        return self.core.faults.add(Fault(kind, **rule))

    def fail_next(self, code: int = 131000, times: int | None = 1, **rule: Any) -> Fault:
        """Refuse with an error code; `status`, `retry_after` and `accepted` as in `Fault`."""
        return self.script("error", code=code, times=times, **rule)

    def time_out_next(self, times: int | None = 1, *, accepted: bool = False, **rule: Any) -> Fault:
        """Never answer: before the request took effect, or after."""
        return self.script("timeout", times=times, accepted=accepted, **rule)

    def reset_next(self, times: int | None = 1, *, accepted: bool = False, **rule: Any) -> Fault:
        """Reset the connection instead of answering."""
        return self.script("reset", times=times, accepted=accepted, **rule)

    def slow_down(self, seconds: float, times: int | None = 1, **rule: Any) -> Fault:
        """Answer late."""
        return self.script("slow", seconds=seconds, times=times, **rule)

    def bad_gateway_next(self, times: int | None = 1, *, accepted: bool = False, **rule: Any) -> Fault:
        """Answer 502 with HTML, as a proxy in between does."""
        return self.script("html_502", times=times, accepted=accepted, **rule)

    def half_answer_next(self, times: int | None = 1, *, accepted: bool = True, **rule: Any) -> Fault:
        """Break off in the middle of the answer."""
        return self.script("half_body", times=times, accepted=accepted, **rule)

    def duplicate_webhooks(self, times: int | None = 1, *, copies: int = 2, probability: float = 1.0) -> Fault:
        """Deliver webhooks several times, at once."""
        return self.script("duplicate", times=times, count=copies, probability=probability)

    def reorder_webhooks(self, count: int) -> Fault:
        """Hold that many webhooks, then deliver the last one first."""
        return self.script("reorder", times=count, count=count)

    def silence(self, times: int | None = 1, **rule: Any) -> Fault:
        """Accept messages and never send a status."""
        return self.script("silence", times=times, **rule)

    def fail_delivery_next(self, code: int = 131026, times: int | None = 1, **rule: Any) -> Fault:
        """Accept messages, then report them as failed."""
        return self.script("failed_status", code=code, times=times, **rule)

    def behave(self) -> None:
        """Drop all faults."""
        self.core.faults.clear()

    def settle(self, timeout: float = 10) -> bool:
        """Wait until every webhook is answered or given up; False when `timeout` seconds were not enough."""
        return self.core.timers.settle(timeout)

    def ledger(self, since: int = 0) -> list[Line]:
        """What has passed, from the disk."""
        return self.core.ledger.lines(since)

    def sent_twice(self) -> dict[str, int]:
        """Callbacks that were accepted more than once, and how often."""
        return {key: count for key, count in sends_by_callback(self.ledger()).items() if count > 1}
