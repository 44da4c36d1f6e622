"""The kinds of trouble that the page offers, as rules of the stand-in."""

from typing import Any

from messaging.simulator.client import Simulator

END = "none"
TROUBLES: dict[str, dict[str, Any]] = {
    "failed_delivery": {"kind": "failed_status", "code": 131026},
    "refused_reply": {"kind": "error", "code": 131026},
    "lost_answer": {"kind": "reset", "accepted": True},
    "no_ticks": {"kind": "silence"},
    "twice": {"kind": "duplicate"},
}


def play_trouble(simulator: Simulator, name: str, phone_number_id: str, phone: str) -> None:
    """Script one kind for the next event of this chat; `none` ends all that waits."""
    if name == END:
        simulator.behave()
        return
    rule = dict(TROUBLES[name])
    # A webhook may carry messages of many people, so that fault is the whole number's.
    to = "" if name == "twice" else phone
    simulator.script(rule.pop("kind"), phone_number_id=phone_number_id, to=to, **rule)


def troubles_in_force(simulator: Simulator, phone_number_id: str, phone: str) -> list[str]:
    """The names of what waits for this chat."""
    names = {rule["kind"]: name for name, rule in TROUBLES.items()}
    return [
        names[fault["kind"]]
        for fault in simulator.faults()
        if fault["kind"] in names and fault["phone_number_id"] in ("", phone_number_id) and fault["to"] in ("", phone)
    ]
