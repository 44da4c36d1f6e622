"""Posts webhook bodies like the provider: signed, by several clients, each again and again until it is acknowledged."""

import hashlib
import hmac
import json
import queue
import threading
import time
from dataclasses import dataclass, field
from typing import Any

import httpx

SECRET = "app-secret"
NUMBER_ID = "1000001"
Body = dict[str, Any]


def body(**value: Any) -> Body:
    metadata = {"display_phone_number": "1", "phone_number_id": NUMBER_ID}
    change = {"field": "messages", "value": {"messaging_product": "whatsapp", "metadata": metadata, **value}}
    return {"object": "whatsapp_business_account", "entry": [{"id": "2000001", "changes": [change]}]}


def text(sender: str, external_id: str, at: int, words: str = "") -> Body:
    message = {"from": sender, "id": external_id, "timestamp": str(at), "type": "text", "text": {"body": words or "x"}}
    return body(messages=[message], contacts=[{"wa_id": sender, "profile": {"name": f"Customer {sender}"}}])


def echo(recipient: str, external_id: str, at: int) -> Body:
    message = {"from": "1", "to": recipient, "id": external_id, "timestamp": str(at), "type": "text"}
    found = body(message_echoes=[{**message, "text": {"body": "from the phone"}}])
    found["entry"][0]["changes"][0]["field"] = "smb_message_echoes"
    return found


def status(external_id: str, state: str, at: int) -> Body:
    errors = {"errors": [{"code": 131026, "title": "undeliverable"}]} if state == "failed" else {}
    return body(statuses=[{"id": external_id, "status": state, "timestamp": str(at), "recipient_id": "1", **errors}])


@dataclass
class Poster:
    """Eight clients with one queue. A body that is not answered with 200 goes to the end of the queue."""

    url: str
    clients: int = 8
    pace: float = 0.0
    acknowledged: int = 0
    refused: int = 0
    latencies: list[float] = field(default_factory=list)

    def post(self, bodies: list[Body], deadline: float = 240) -> None:
        """Return when every body has been acknowledged once for each time that it is in the list."""
        self.start(bodies, deadline)
        self.join()

    def start(self, bodies: list[Body], deadline: float = 240) -> None:
        self._queue: queue.Queue[bytes] = queue.Queue()
        self._left = len(bodies)
        self._is_open = not bodies  # more are added one by one
        self._lock = threading.Lock()
        self._deadline = time.monotonic() + deadline
        for each in bodies:
            self._queue.put(json.dumps(each).encode())
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(self.clients)]
        for thread in self._threads:
            thread.start()

    def add(self, each: Body) -> None:
        """Post one more, in the middle of the run."""
        with self._lock:
            self._left += 1
        self._queue.put(json.dumps(each).encode())

    def join(self) -> None:
        for thread in self._threads:
            thread.join()
        assert self._left == 0, f"{self._left} bodies were never acknowledged"

    @property
    def is_done(self) -> bool:
        return self._left == 0

    def _work(self) -> None:
        with httpx.Client(timeout=10) as client:
            while (self._left or self._is_open) and time.monotonic() < self._deadline:
                try:
                    raw = self._queue.get(timeout=0.2)
                except queue.Empty:
                    continue
                if self._is_acknowledged(client, raw):
                    with self._lock:
                        self._left -= 1
                        self.acknowledged += 1
                else:
                    self.refused += 1
                    self._queue.put(raw)
                    time.sleep(0.05)
                if self.pace:
                    time.sleep(self.pace)

    def _is_acknowledged(self, client: httpx.Client, raw: bytes) -> bool:
        digest = hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()
        headers = {"X-Hub-Signature-256": f"sha256={digest}", "Content-Type": "application/json"}
        began = time.monotonic()
        try:
            answer = client.post(self.url, content=raw, headers=headers)
        except httpx.HTTPError:
            return False
        self.latencies.append(time.monotonic() - began)
        return answer.status_code == 200
