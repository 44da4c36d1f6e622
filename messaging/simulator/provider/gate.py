"""What every call of the API passes: the token, and the faults that are scripted."""

import hmac
from collections.abc import Callable
from typing import Any

from .chats import Account, digits
from .core import Core
from .errors import GraphError
from .faults import REQUEST_KINDS, Fault
from .web import Request, Response, answer

PREFIX = r"(?:/meta/whatsapp)?(?:/v\d+\.\d+)?"


class Gate:
    """Lets a call through, or answers in its place."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def authorised(self, request: Request, *accounts: Account) -> Account:
        """The account that the token belongs to; raises GraphError 190."""
        token = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        token = token or request.headers.get("x-api-key", "")
        for account in accounts:
            if token and hmac.compare_digest(token.encode(), account.token.encode()):
                return account
        raise GraphError(190)

    def pass_through(
        self, target: str, account: Account, body: dict[str, Any], act: Callable[[], Response]
    ) -> Response:
        """Act, unless a fault of this target strikes; a refusal is written to the ledger."""
        to = str(body.get("to") or body.get("recipient") or "")
        fault = self._core.faults.take(
            REQUEST_KINDS, target=target, phone_number_id=account.phone_number_id, to=digits(to) or to
        )
        facts = {"phone_number_id": account.phone_number_id, "target": target, "to": to}
        facts["callback"] = body.get("biz_opaque_callback_data") or ""
        try:
            response = act() if fault is None or fault.accepted or fault.kind == "slow" else Response()
        except GraphError as error:
            self._core.ledger.append("refused", **facts, code=error.code, fault="")
            self._tell(account, to, "send_refused", code=error.code)
            raise
        if fault is None:
            return response
        self._core.ledger.append("fault", **facts, code=fault.code, fault=fault.kind, accepted=fault.accepted)
        self._tell(account, to, "fault", fault=fault.kind, code=fault.code)
        return spoiled(response, fault)

    def _tell(self, account: Account, to: str, kind: str, **facts: object) -> None:
        if to:
            with self._core.world.lock:
                self._core.world.chat(account.phone_number_id, to).note(kind, **facts)


def spoiled(response: Response, fault: Fault) -> Response:
    """The answer as the fault leaves it."""
    if fault.kind == "slow":
        response.delay = fault.seconds
        return response
    if fault.kind == "timeout":
        return Response(conduct="hang", delay=fault.seconds)
    if fault.kind == "reset":
        return Response(conduct="reset")
    if fault.kind == "half_body":
        response.body = response.body or b'{"messaging_product":"whatsapp"}'
        response.conduct = "half"
        return response
    if fault.kind == "html_502":
        return Response(502, b"<html><head><title>502 Bad Gateway</title></head><body></body></html>", "text/html")
    error = GraphError(fault.code, status=fault.status)
    headers = {} if fault.retry_after is None else {"Retry_After": str(fault.retry_after)}
    return answer(error.body(), error.status, **headers)
