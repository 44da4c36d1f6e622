from collections.abc import Callable
from typing import Any

import httpx
import pytest

from messaging.channels.whatsapp.client import CloudClient

BASE = "https://graph.facebook.com"
Handler = Callable[[httpx.Request], httpx.Response]


@pytest.fixture
def client_of():
    """Builds a client whose provider is a function; closes it."""
    opened = []

    def build(handler: Handler, **more) -> CloudClient:
        http = httpx.Client(transport=httpx.MockTransport(handler))
        settings: dict[str, Any] = {
            "base_url": BASE,
            "version": "v24.0",
            "token": "t0ken",
            "phone_number_id": "771",
            "http": http,
        }
        opened.append(http)
        return CloudClient(**settings | more)

    yield build
    for http in opened:
        http.close()
