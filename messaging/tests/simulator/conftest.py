"""A stand-in, a business on it, and a product side that writes down what it hears."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from messaging.simulator.provider import Provider
from messaging.simulator.provider.chats import Account
from messaging.simulator.provider.server import Server
from messaging.simulator.provider.web import Request, Response


@dataclass
class Product:
    """Answers webhooks with the statuses in `answers`, then with 200."""

    answers: list[int] = field(default_factory=list)
    heard: list[Request] = field(default_factory=list)
    url: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, request: Request) -> Response:
        if request.method == "GET":
            right = request.query.get("hub.verify_token") == "shibboleth"
            return Response(200 if right else 403, request.query["hub.challenge"].encode(), "text/plain")
        with self.lock:
            self.heard.append(request)
            return Response(self.answers.pop(0) if self.answers else 200)

    @property
    def values(self) -> list[dict[str, Any]]:
        """The `value` of every change, in order of arrival."""
        bodies = [json.loads(request.body) for request in self.heard]
        return [change["value"] for body in bodies for entry in body["entry"] for change in entry["changes"]]

    @property
    def messages(self) -> list[dict[str, Any]]:
        return [message for value in self.values for message in value.get("messages", ())]

    @property
    def statuses(self) -> list[dict[str, Any]]:
        return [status for value in self.values for status in value.get("statuses", ())]


@pytest.fixture
def product() -> Iterator[Product]:
    product = Product()
    server = Server(0, product)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    product.url = f"http://127.0.0.1:{server.server_address[1]}/webhooks/whatsapp/abc/"
    yield product
    server.stop()
    thread.join()


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[Provider]:
    with Provider(tmp_path / "ledger.jsonl", retry_seconds=(0.01, 0.01), seed=7) as provider:
        yield provider


@pytest.fixture
def account(provider: Provider, product: Product) -> Account:
    return provider.register(
        phone_number_id="100200300",
        waba_id="900800700",
        token="the token",
        app_secret="the secret",
        webhook_url=product.url,
        verify_token="shibboleth",
        display_phone_number="622150001000",
        name="Kopi Lereng",
    )


@pytest.fixture
def maya(provider: Provider, account: Account):
    return provider.customer("+6281234567890", name="Maya Kusuma")


@pytest.fixture
def api(provider: Provider, account: Account) -> Iterator[httpx.Client]:
    """An authorised client of the Graph API."""
    headers = {"Authorization": f"Bearer {account.token}"}
    with httpx.Client(base_url=f"{provider.url}/v24.0", headers=headers, timeout=5, trust_env=False) as client:
        yield client


def text_to(phone: str = "+6281234567890", **more: Any) -> dict[str, Any]:
    """A sound text message."""
    return {"messaging_product": "whatsapp", "to": phone, "type": "text", "text": {"body": "Halo"}, **more}
