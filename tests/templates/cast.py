"""Plain objects in the shape that pages are given: people, conversations and the rows of a list."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace as Thing
from typing import Any

NOW = datetime(2026, 11, 19, 2, 46, tzinfo=UTC)
WORKSPACE = Thing(slug="kopi", name="Kopi Nusantara")


def ago(**parts: float) -> datetime:
    return NOW - timedelta(**parts)


def member(pk: int, name: str) -> Thing:
    return Thing(pk=pk, name=name, workspace=WORKSPACE)


DEWI, RAKA, SARI = member(1, "Dewi Lestari"), member(2, "Raka Pratama"), member(3, "Sari Wulandari")


def conversation(number: int = 12, name: str = "Nadia Rahmawati", **changes: Any) -> Thing:
    values = {
        "number": number,
        "contact": Thing(pk=number + 100, name=name, blocked=False),
        "address": Thing(display="+62 812-5550-0142"),
        "channel": Thing(name="Toko", status="active", trouble=""),
        "assignee": DEWI,
        "status": "open",
        "is_resolved": False,
        "last_message_at": ago(minutes=2),
        "last_message_preview": "Bisa tolong dicek, Kak? Batas bayarnya besok.",
        "last_message_kind": "text",
        "last_message_direction": "in",
        "last_message_state": "",
        "waiting_since": ago(minutes=2),
        "window_ends_at": ago(minutes=2) + timedelta(hours=24),
    }
    return Thing(**(values | changes))


def row(number: int, name: str, unread: int = 0, selected: bool = False, **changes: Any) -> Thing:
    return Thing(
        conversation=conversation(number, name, **changes),
        unread=unread,
        selected=selected,
        url=f"/w/kopi/inbox/{number}/",
    )


def rows() -> list[Thing]:
    old: dict[str, Any] = {"window_ends_at": ago(hours=3), "waiting_since": None}
    return [
        row(12, "Nadia Rahmawati", selected=True),
        row(
            13,
            "Bagas Prakoso",
            3,
            last_message_at=ago(minutes=15),
            waiting_since=ago(minutes=15),
            last_message_kind="image",
            last_message_preview="Sudah saya transfer ya, ini buktinya",
        ),
        row(
            14,
            "Rizky Maulana",
            1,
            last_message_at=ago(minutes=34),
            waiting_since=ago(minutes=34),
            window_ends_at=NOW + timedelta(minutes=48),
            last_message_kind="voice",
            last_message_preview="",
        ),
        row(
            15,
            "Melissa Tandiono",
            1200,
            last_message_at=ago(minutes=49),
            waiting_since=ago(minutes=49),
            assignee=None,
            last_message_preview="Could we move the tasting to Thursday afternoon, if that is fine with all of you?",
        ),
        row(
            16,
            "Anisa Fitriani",
            last_message_at=ago(minutes=66),
            waiting_since=None,
            last_message_direction="out",
            last_message_state="failed",
            last_message_preview="Jadwal antar kamu besok",
        ),
        row(
            17,
            "",
            last_message_at=ago(days=1),
            assignee=SARI,
            last_message_kind="deleted",
            last_message_preview="",
            **old,
        ),
        row(
            18,
            "Yohanes Siregar",
            last_message_at=ago(days=1),
            last_message_direction="out",
            last_message_preview="Kuitansinya sudah saya kirim ya, Pak.",
            **old,
        ),
        row(19, "Kevin Wijaya", last_message_at=ago(days=400), status="resolved", **old),
    ]
