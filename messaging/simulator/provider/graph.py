"""The calls of Meta's Graph API that the product makes."""

from typing import Any
from urllib.parse import urlencode

import httpx

from .chats import Account
from .core import Core
from .errors import GraphError
from .gate import PREFIX, Gate
from .web import Request, Response, Router, answer


class Graph:
    """One method per call; each checks the token first."""

    def __init__(self, core: Core, gate: Gate) -> None:
        self._core, self._gate = core, gate

    def routes(self, router: Router) -> None:
        """Add the calls to a router."""
        router.add("POST", PREFIX + r"/(?P<number>\d+)/messages", self.send)
        router.add("GET", PREFIX + r"/(?P<waba>\d+)/message_templates", self.templates)
        router.add("GET", PREFIX + r"/(?P<waba>\d+)/subscribed_apps", self.subscriptions)
        router.add("POST", PREFIX + r"/(?P<waba>\d+)/subscribed_apps", self.subscribe)
        router.add("GET", PREFIX + r"/(?P<number>\d+)", self.number)

    def send(self, request: Request, number: str) -> Response:
        """A message, or a read mark."""
        account = self._gate.authorised(request, self._core.world.account(number))
        body = request.json()
        if body.get("status") == "read":
            return self._gate.pass_through(
                "mark", account, body, lambda: answer(self._core.sending.mark_read(account, body))
            )
        return self._gate.pass_through("send", account, body, lambda: answer(self._core.sending.accept(account, body)))

    def number(self, request: Request, number: str) -> Response:
        """What is known of a phone number; `fields` chooses."""
        account = self._gate.authorised(request, self._core.world.account(number))
        return answer(_chosen(_number_facts(account), request.query.get("fields", "")))

    def templates(self, request: Request, waba: str) -> Response:
        """A page of templates; `limit` and `after` as in Meta's paging."""
        account = self._gate.authorised(request, *self._core.world.accounts_of(waba))
        return self._gate.pass_through("templates", account, {}, lambda: self._page(request, waba))

    def subscriptions(self, request: Request, waba: str) -> Response:
        """Which app hears of this account."""
        account = self._gate.authorised(request, *self._core.world.accounts_of(waba))
        app = {"whatsapp_business_api_data": {"id": "1", "name": "Help desk", "link": account.webhook_url}}
        return answer({"data": [app] if account.webhook_url else []})

    def subscribe(self, request: Request, waba: str) -> Response:
        """Send webhooks to another address, after the handshake with it."""
        accounts = self._core.world.accounts_of(waba)
        self._gate.authorised(request, *accounts)
        body = request.json()
        if url := body.get("override_callback_uri"):
            shake_hands(url, str(body.get("verify_token", "")))
            for account in accounts:
                account.webhook_url = url
        return answer({"success": True})

    def _page(self, request: Request, waba: str) -> Response:
        templates = self._core.world.templates_of(waba)
        start = int(request.query.get("after") or 0)
        end = start + max(1, min(int(request.query.get("limit") or 25), 100))
        paging: dict[str, Any] = {"cursors": {"before": str(start), "after": str(end)}}
        if end < len(templates):
            query = urlencode({**request.query, "after": end})
            paging["next"] = f"{self._core.url}{request.path}?{query}"
        return answer({"data": templates[start:end], "paging": paging})


def shake_hands(url: str, verify_token: str) -> None:
    """Ask the product to echo a challenge; raises GraphError 2200 as Meta's dashboard does."""
    query = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": verify_token}
    try:
        reply = httpx.get(url, params=query, timeout=10, trust_env=False)
    except httpx.HTTPError as error:
        raise GraphError(2200, f"The callback URL could not be reached: {error}") from None
    if reply.status_code != httpx.codes.OK or reply.text != query["hub.challenge"]:
        raise GraphError(2200, f"The callback URL did not answer the challenge ({reply.status_code}).")


def _number_facts(account: Account) -> dict[str, object]:
    return {
        "id": account.phone_number_id,
        "display_phone_number": f"+{account.display_phone_number}",
        "verified_name": account.name,
        "code_verification_status": "VERIFIED",
        "quality_rating": "GREEN",
        "platform_type": "CLOUD_API",
        "throughput": {"level": "STANDARD"},
    }


def _chosen(facts: dict[str, object], fields: str) -> dict[str, object]:
    wanted = [name.strip() for name in fields.split(",") if name.strip()]
    return {name: facts[name] for name in ["id", *wanted] if name in facts} if wanted else facts
