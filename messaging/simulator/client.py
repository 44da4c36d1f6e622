"""Speaks to the running stand-in, as the phone page and the commands do."""

import base64
import functools
from dataclasses import dataclass
from typing import Any

import httpx
from django.conf import settings
from django.utils.translation import gettext as _

from helpdesk.errors import RuleViolation

SECONDS = 10


class SimulatorIsDown(Exception):
    """Nobody listens at `SIMULATOR_URL`."""


class Simulator:
    """The stage door of the stand-in at `SIMULATOR_URL`."""

    def __init__(self, url: str = "") -> None:
        self._url = f"{(url or settings.SIMULATOR_URL).rstrip('/')}/_control"

    def customers(self, phone_number_id: str) -> list[dict[str, Any]]:
        """Who has a chat with a number, latest first."""
        found = self._ask("GET", "customers", params={"phone_number_id": phone_number_id}).json()
        return list(found["customers"])

    def phone(self, phone_number_id: str, phone: str) -> "SimulatedPhone":
        """The phone of one customer; `phone` is a number or a user id."""
        return SimulatedPhone(self, phone_number_id, phone)

    def add_customer(self, phone_number_id: str, phone: str, **known: Any) -> dict[str, Any]:
        """Make a customer known, or change what is known."""
        told = {"phone_number_id": phone_number_id, "phone": phone, **known}
        return dict(self._ask("POST", "customers", json=told).json())

    def script(self, kind: str, **rule: Any) -> None:
        """Put a fault in force: the fields of the stand-in's `Fault`."""
        self._ask("POST", "faults", json={"kind": kind, **rule})

    def faults(self) -> list[dict[str, Any]]:
        """The faults in force."""
        return list(self._ask("GET", "faults").json()["faults"])

    def behave(self) -> None:
        """End all trouble."""
        self._ask("DELETE", "faults")

    def media(self, media_id: str) -> tuple[bytes, str]:
        """A file and its type."""
        reply = self._ask("GET", f"media/{media_id}")
        return reply.content, reply.headers.get("content-type", "")

    def _ask(self, method: str, path: str, **body: Any) -> httpx.Response:
        try:
            reply = _connections().request(method, f"{self._url}/{path}", **body)
        except httpx.HTTPError as error:
            raise SimulatorIsDown(str(error)) from error
        if reply.is_error:
            raise RuleViolation(_("The simulator refused: %(reason)s") % {"reason": _reason(reply)})
        return reply


@dataclass(frozen=True)
class SimulatedPhone:
    """What one customer can do."""

    simulator: Simulator
    phone_number_id: str
    phone: str

    def chat(self) -> dict[str, Any]:
        """All messages, what happened, and whether the window is open."""
        return dict(self.simulator._ask("GET", "chat", params=self._who).json())

    def does(self, act: str, **arguments: Any) -> Any:
        """One act of the stand-in's `Phone`, by name; `content` may be bytes."""
        if isinstance(arguments.get("content"), bytes):
            arguments["content"] = base64.b64encode(arguments["content"]).decode()
        told = {**self._who, "do": act, "with": arguments}
        return self.simulator._ask("POST", "acts", json=told).json()["result"]

    @property
    def _who(self) -> dict[str, str]:
        return {"phone_number_id": self.phone_number_id, "phone": self.phone}


@functools.cache
def _connections() -> httpx.Client:
    return httpx.Client(timeout=SECONDS, trust_env=False)


def _reason(reply: httpx.Response) -> str:
    try:
        error = reply.json()["error"]
    except (ValueError, KeyError):
        return str(reply.status_code)
    return str(error.get("error_data", {}).get("details") or error.get("message", ""))
