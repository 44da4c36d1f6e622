"""Plain objects in the shape that pages are given: people, conversations, and one message of every kind and state."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace as Thing
from uuid import UUID

NOW = datetime(2026, 11, 19, 2, 46, tzinfo=UTC)
WORKSPACE = Thing(slug="kopi", name="Kopi Nusantara")


def ago(**parts: float) -> datetime:
    return NOW - timedelta(**parts)


def member(pk: int, name: str) -> Thing:
    return Thing(pk=pk, name=name, workspace=WORKSPACE)


DEWI, RAKA, SARI = member(1, "Dewi Lestari"), member(2, "Raka Pratama"), member(3, "Sari Wulandari")


def conversation(number: int = 12, name: str = "Nadia Rahmawati", **changes: object) -> Thing:
    values = {
        "number": number,
        "contact": Thing(pk=number + 100, name=name, blocked=False),
        "address": Thing(display="+62 812-5550-0142"),
        "channel": Thing(name="Toko"),
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


def row(number: int, name: str, unread: int = 0, selected: bool = False, **changes: object) -> Thing:
    return Thing(
        conversation=conversation(number, name, **changes),
        unread=unread,
        selected=selected,
        url=f"/w/kopi/inbox/{number}/",
    )


def file(name: str, size: int = 188_416, thumbnail: bool = False, width: int | None = None) -> Thing:
    return Thing(
        public_id=UUID(int=7), name=name, size=size, has_thumbnail=thumbnail, width=width, height=width and width * 3 // 4
    )


def message(pk: int, kind: str = "text", direction: str = "in", text: str = "", **changes: object) -> Thing:
    ours = direction == "out"
    values = {
        "pk": pk,
        "kind": kind,
        "direction": direction,
        "text": text,
        "payload": {},
        "external_id": f"wamid.{pk}",
        "quoted": None,
        "provider_time": ago(minutes=100 - pk),
        "created_at": ago(minutes=100 - pk),
        "author": DEWI if ours else None,
        "origin": "agent" if ours else "customer",
        "state": "read" if ours else "",
        "failure_code": None,
        "failure_text": "",
        "send_after": None,
        "media": None,
        "media_state": "",
        "reactions": [],
        "edited_at": None,
        "deleted_at": None,
    }
    return Thing(**(values | changes))


def event(pk: int, event: str, author: Thing | None = DEWI, **payload: object) -> Thing:
    return message(pk, "event", "internal", payload={"event": event, **payload}, author=author, origin="agent")


def messages() -> list[Thing]:
    """One message of every kind and state."""
    photo = file("transfer.jpg", thumbnail=True, width=320)
    invoice = message(21, "document", "out", media=file("Invoice 2291.pdf"), media_state="stored", state="delivered")
    place = {"latitude": -6.91, "longitude": 107.61, "name": "Kopi Nusantara", "address": "Jalan Riau 18", "url": ""}
    return [
        event(1, "conversation.started", None),
        message(2, "template", "out", "Halo Nadia, pesanan *1042* siap diambil.", payload={"template": {"name": "order_ready_id"}}, origin="automatic", author=None, provider_time=ago(days=2)),
        message(3, "button", text="Tanya jadwal", payload={"payload": "ask"}, provider_time=ago(days=2, minutes=-3)),
        event(4, "conversation.assigned", None, name="Dewi Lestari"),
        message(5, "text", "out", "Halo Nadia, dengan Dewi. Ada yang bisa saya bantu?", provider_time=ago(days=1)),
        message(6, "voice", media=file("voice.ogg"), media_state="stored"),
        message(7, "audio", media=file("lagu.mp3"), media_state="stored"),
        message(8, "location", text="Kopi Nusantara\nJalan Riau 18", payload=place),
        message(9, "contacts", text="Ibu Ratna: +62 811-5550-0100", payload={"contacts": ["not a card"]}),
        message(10, "order", text="2 × KOPI-250, 85000 IDR", payload={"product_items": 3}),
        message(11, "interactive", text="Besok pagi\n09.00 sampai 11.00", payload={"type": "list_reply"}),
        message(12, "interactive", text="Nama: Nadia\nUkuran: 250 g", payload={"type": "nfm_reply", "answers": {"Nama": "Nadia"}}),
        message(13, "sticker", media=file("sticker.webp"), media_state="stored"),
        message(14, "video", text="Ini videonya", media=file("video.mp4"), media_state="stored"),
        message(15, "unsupported", text="Unsupported message: poll", payload={"type": "poll"}),
        message(16, "system", "in", "Nadia changed their number."),
        message(17, "text", text="Pesan lama", deleted_at=NOW),
        message(18, "text", text="Dua bungkus, eh, tiga", edited_at=NOW),
        message(19, "image", media_state="pending"),
        message(20, "document", media_state="failed"),
        invoice,
        message(22, "text", "out", "Dari telepon toko.", origin="phone", author=None, state="sent"),
        message(23, "text", "out", "Saya bantu ya.", author=RAKA, state="sent"),
        message(24, "text", "out", "Nanti sore saya telepon ya, Nadia.", state="failed", failure_code=131026, failure_text="The number cannot receive it."),
        message(25, "image", text="Ini buktinya: https://example.org/a?b=1", media=photo, media_state="stored"),
        message(26, "text", text="Kak, di invoice tertulis tiga. Saya kan pesan dua.", quoted=invoice, reactions=[{"side": "out", "emoji": "🙏"}]),
        message(27, "note", "internal", "Gudang memakai daftar lama. @Dewi tolong kabari.", author=RAKA),
        message(28, "text", "out", "Betul, itu salah cetak. Yang benar saya kirim hari ini.", reactions=[{"side": "in", "emoji": "👍"}]),
        message(29, "text", "out", "Jatuh temponya tetap 20 November, ya.", state="unconfirmed"),
        message(30, "text", text="Bisa tolong dicek, Kak? Batas bayarnya besok."),
        message(31, "text", "out", "Sebentar, saya cek dulu.", state="queued", send_after=NOW + timedelta(seconds=5), external_id=None),
        message(32, "text", "out", "Sudah saya cek.", state="sending", external_id=None),
        event(33, "conversation.resolved"),
        event(34, "conversation.reopened", None),
        event(35, "conversation.unheard_of"),
    ]  # fmt: skip


def thread(**changes: object) -> Thing:
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
        "draft": "",
        "quoted": None,
        "mode": "reply",
        "warning": "",
        "refusal": "",
    }
    return Thing(**(values | changes))


def rows() -> list[Thing]:
    old = {"window_ends_at": ago(hours=3), "waiting_since": None}
    return [
        row(12, "Nadia Rahmawati", selected=True),
        row(13, "Bagas Prakoso", 3, last_message_at=ago(minutes=15), waiting_since=ago(minutes=15), last_message_kind="image", last_message_preview="Sudah saya transfer ya, ini buktinya"),
        row(14, "Rizky Maulana", 1, last_message_at=ago(minutes=34), waiting_since=ago(minutes=34), window_ends_at=NOW + timedelta(minutes=48), last_message_kind="voice", last_message_preview=""),
        row(15, "Melissa Tandiono", 1200, last_message_at=ago(minutes=49), waiting_since=ago(minutes=49), assignee=None, last_message_preview="Could we move the tasting to Thursday afternoon, if that is fine with all of you?"),
        row(16, "Anisa Fitriani", last_message_at=ago(minutes=66), waiting_since=None, last_message_direction="out", last_message_state="failed", last_message_preview="Jadwal antar kamu besok"),
        row(17, "", last_message_at=ago(days=1), assignee=SARI, last_message_kind="deleted", last_message_preview="", **old),
        row(18, "Yohanes Siregar", last_message_at=ago(days=1), last_message_direction="out", last_message_preview="Kuitansinya sudah saya kirim ya, Pak.", **old),
        row(19, "Kevin Wijaya", last_message_at=ago(days=400), status="resolved", **old),
    ]  # fmt: skip


def tabs() -> list[dict[str, object]]:
    words = {"mine": ("Mine", 6), "unassigned": ("Unassigned", 4), "all": ("All", 1200)}
    return [
        {"key": key, "label": label, "count": count, "url": f"/w/kopi/inbox/?tab={key}", "current": key == "mine"}
        for key, (label, count) in words.items()
    ]


def inbox(**changes: object) -> dict[str, object]:
    """The context of the inbox page."""
    values = {
        "member": DEWI,
        "workspace": WORKSPACE,
        "workspaces": [WORKSPACE, Thing(slug="roti", name="Roti Pagi")],
        "tabs": tabs(),
        "rows": rows(),
        "next_url": "/w/kopi/inbox/?before=9",
        "thread": thread(),
        "cursor": "100:100:",
    }
    return values | changes
