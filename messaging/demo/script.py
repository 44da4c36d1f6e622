"""What is played: the workspaces, people and talks of the `.toml` files beside this module, as plain values."""

import tomllib
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from helpdesk.commands import duration

FOLDER = Path(__file__).parent
NAMES = ("lentera", "kopi")


@dataclass(frozen=True, kw_only=True)
class Person:
    email: str
    name: str
    role: str

    @property
    def key(self) -> str:
        """What the talks call them."""
        return self.email.partition("@")[0]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing said or done, `ago`. Without `by` it is the customer's; `to` and `quotes` name the `id` of another."""

    ago: timedelta
    by: str = ""
    kind: str = "text"
    text: str = ""
    id: str = ""
    to: str = ""
    quotes: str = ""
    emoji: str = ""
    file: str = ""
    state: str = "read"
    payload: dict[str, Any] = field(default_factory=dict)
    failure: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Talk:
    """One conversation; `snoozed_for` counts from now."""

    name: str
    lines: list[Line]
    phone: str | None = None
    user_id: str | None = None
    username: str = ""
    assignee: str = ""
    status: str = "open"
    snoozed_for: timedelta = timedelta(0)
    priority: str = "none"
    notes: str = ""
    blocked: bool = False


@dataclass(frozen=True, kw_only=True)
class Script:
    workspace: dict[str, Any]
    channel: dict[str, Any]
    people: list[Person]
    talks: list[Talk]
    files: dict[str, list[str]]

    @property
    def slug(self) -> str:
        return str(self.workspace["slug"])


def scripts() -> list[Script]:
    """Return both workspaces, each with its talks in the order in which they began."""
    return [_script(tomllib.loads((FOLDER / f"{name}.toml").read_text())) for name in NAMES]


def _script(told: dict[str, Any]) -> Script:
    talks = [_talk(each) for each in told["talks"]]
    return Script(
        workspace=told["workspace"],
        channel=told["channel"],
        people=[Person(**each) for each in told["people"]],
        talks=sorted(talks, key=lambda talk: talk.lines[0].ago, reverse=True),
        files=told["files"],
    )


def _talk(told: dict[str, Any]) -> Talk:
    lines = [Line(**{**each, "ago": duration(each["ago"])}) for each in told.pop("lines")]
    return Talk(lines=lines, snoozed_for=duration(told.pop("for", "0s")), **told)
