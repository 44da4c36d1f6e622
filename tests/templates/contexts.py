"""What the views hand to the templates."""

from datetime import timedelta
from types import SimpleNamespace as Thing
from typing import Any
from uuid import UUID

from tests.templates.cast import DEWI, RAKA, SARI, WORKSPACE, ago, conversation, rows
from tests.templates.messages import messages


def thread(**changes: Any) -> Thing:
    values = {
        "conversation": conversation(),
        "items": messages(),
        "older_url": None,
        "window_ends_at": ago(minutes=2) + timedelta(hours=24),
        "window_open": True,
        "can_reply": True,
        "members": [RAKA, DEWI, SARI],
        "earlier": [conversation(7, last_message_at=ago(days=40), last_message_preview="Jadwal antar")],
        "client_token": UUID(int=3),
        "seen": 35,
        "draft": "",
        "quoted": None,
        "mode": "reply",
        "warning": "",
        "refusal": "",
    }
    return Thing(**(values | changes))


def tabs() -> list[dict[str, Any]]:
    words = {"mine": ("Mine", 6), "unassigned": ("Unassigned", 4), "all": ("All", 1200)}
    return [
        {"key": key, "label": label, "count": count, "url": f"/w/kopi/inbox/?tab={key}", "current": key == "mine"}
        for key, (label, count) in words.items()
    ]


def statuses() -> list[dict[str, Any]]:
    return [
        {"label": label, "url": f"/w/kopi/inbox/?status={label.lower()}", "current": label == "Open"}
        for label in ("Open", "Snoozed", "Resolved")
    ]


def inbox(**changes: Any) -> dict[str, Any]:
    """The context of the inbox page."""
    values = {
        "member": DEWI,
        "workspace": WORKSPACE,
        "workspaces": [WORKSPACE, Thing(slug="roti", name="Roti Pagi")],
        "tabs": tabs(),
        "statuses": statuses(),
        "rows": rows(),
        "next_url": "/w/kopi/inbox/?before=9",
        "thread": thread(),
        "cursor": "100:100:",
    }
    return values | changes
