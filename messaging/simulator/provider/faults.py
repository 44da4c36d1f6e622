"""Scripted trouble: what the stand-in does wrong on purpose, how often and to whom."""

import random
import threading
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from .errors import GraphError

REQUEST_KINDS = frozenset({"error", "timeout", "reset", "slow", "html_502", "half_body"})
WEBHOOK_KINDS = frozenset({"duplicate", "reorder"})
STATUS_KINDS = frozenset({"silence", "failed_status"})
TARGETS = frozenset({"send", "mark", "upload", "media", "download", "templates"})


@dataclass
class Fault:
    """One rule.

    `times` is how often it still strikes (None: always), `probability` how likely each strike is.
    `accepted` says whether a request takes effect before its answer is spoiled.
    `seconds` is the length of a hang, a delay or the longest hold of a reordering.
    `count` is the number of copies, or of webhooks that are held and turned round.
    """

    kind: str
    target: str = "send"
    times: int | None = 1
    probability: float = 1.0
    code: int = 131000
    status: int | None = None
    retry_after: int | None = None
    accepted: bool = False
    seconds: float = 60.0
    count: int = 2
    after_sent: bool = False
    phone_number_id: str = ""
    to: str = ""
    struck: int = field(default=0)

    def __post_init__(self) -> None:
        if self.kind not in REQUEST_KINDS | WEBHOOK_KINDS | STATUS_KINDS:
            raise GraphError(100, f"There is no fault of the kind {self.kind!r}.")
        if self.target not in TARGETS:
            raise GraphError(100, f"Faults strike {', '.join(sorted(TARGETS))}, not {self.target!r}.")

    def matches(self, kinds: Iterable[str], target: str, phone_number_id: str, to: str) -> bool:
        """Whether this rule is about such an event."""
        return (
            self.kind in kinds
            and (self.kind not in REQUEST_KINDS or self.target == target)
            and self.phone_number_id in ("", phone_number_id)
            and self.to.lstrip("+") in ("", to.lstrip("+"))
        )


class FaultScript:
    """The rules in force, first come first served; a seed makes the probabilities repeatable."""

    def __init__(self, seed: int | None = None) -> None:
        self._rules: list[Fault] = []
        self._lock = threading.Lock()
        self._random = random.Random(seed)

    def add(self, fault: Fault) -> Fault:
        """Put a rule behind those in force."""
        with self._lock:
            self._rules.append(fault)
        return fault

    def clear(self) -> None:
        """Behave well from now on."""
        with self._lock:
            self._rules.clear()

    def listed(self) -> list[dict[str, Any]]:
        """The rules still in force."""
        with self._lock:
            return [asdict(rule) for rule in self._rules]

    def take(self, kinds: Iterable[str], *, target: str = "", phone_number_id: str = "", to: str = "") -> Fault | None:
        """The rule that strikes now, if any; it is counted as used."""
        with self._lock:
            for rule in self._rules:
                if not rule.matches(kinds, target, phone_number_id, to):
                    continue
                if rule.probability < 1 and self._random.random() >= rule.probability:
                    continue
                rule.struck += 1
                if rule.times is not None and rule.struck >= rule.times:
                    self._rules.remove(rule)
                return rule
        return None
