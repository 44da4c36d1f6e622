"""One message of every kind and state."""

from datetime import timedelta
from types import SimpleNamespace as Thing
from typing import Any
from uuid import UUID

from tests.templates.cast import DEWI, NOW, RAKA, ago


def file(name: str, size: int = 188_416, thumbnail: bool = False, width: int | None = None) -> Thing:
    return Thing(
        public_id=UUID(int=7),
        name=name,
        size=size,
        has_thumbnail=thumbnail,
        is_playable=name.endswith((".ogg", ".mp4")),
        width=width,
        height=width and width * 3 // 4,
    )


def message(pk: int, kind: str = "text", direction: str = "in", text: str = "", **changes: Any) -> Thing:
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


def event(pk: int, event: str, author: Thing | None = DEWI, **payload: Any) -> Thing:
    return message(pk, "event", "internal", payload={"event": event, **payload}, author=author, origin="agent")


def messages() -> list[Thing]:
    """One message of every kind and state."""
    photo = file("transfer.jpg", thumbnail=True, width=320)
    invoice = message(21, "document", "out", media=file("Invoice 2291.pdf"), media_state="stored", state="delivered")
    place = {"latitude": -6.91, "longitude": 107.61, "name": "Kopi Nusantara", "address": "Jalan Riau 18", "url": ""}
    items = [
        event(1, "conversation.started", None),
        message(
            2,
            "template",
            "out",
            "Halo Nadia, pesanan *1042* siap diambil.",
            payload={"template": {"name": "order_ready_id"}},
            origin="automatic",
            author=None,
            provider_time=ago(days=2),
        ),
        message(3, "button", text="Tanya jadwal", payload={"payload": "ask"}, provider_time=ago(days=2, minutes=-3)),
        event(4, "conversation.assigned", None, name="Dewi Lestari"),
        message(5, "text", "out", "Halo Nadia, dengan Dewi. Ada yang bisa saya bantu?", provider_time=ago(days=1)),
        message(6, "voice", media=file("voice.ogg"), media_state="stored"),
        message(7, "audio", media=file("lagu.mp3"), media_state="stored"),
        message(8, "location", text="Kopi Nusantara\nJalan Riau 18", payload=place),
        message(9, "contacts", text="Ibu Ratna: +62 811-5550-0100", payload={"contacts": ["not a card"]}),
        message(10, "order", text="2 × KOPI-250, 85000 IDR", payload={"product_items": 3}),
        message(11, "interactive", text="Besok pagi\n09.00 sampai 11.00", payload={"type": "list_reply"}),
        message(
            12,
            "interactive",
            text="Nama: Nadia\nUkuran: 250 g",
            payload={"type": "nfm_reply", "answers": {"Nama": "Nadia"}},
        ),
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
        message(
            24,
            "text",
            "out",
            "Nanti sore saya telepon ya, Nadia.",
            state="failed",
            failure_code=131026,
            failure_text="The number cannot receive it.",
        ),
        message(25, "image", text="Ini buktinya: https://example.org/a?b=1", media=photo, media_state="stored"),
        message(
            26,
            "text",
            text="Kak, di invoice tertulis tiga. Saya kan pesan dua.",
            quoted=invoice,
            reactions=[{"side": "out", "emoji": "🙏"}],
        ),
        message(27, "note", "internal", "Gudang memakai daftar lama. @Dewi tolong kabari.", author=RAKA),
        message(
            28,
            "text",
            "out",
            "Betul, itu salah cetak. Yang benar saya kirim hari ini.",
            reactions=[{"side": "in", "emoji": "👍"}],
        ),
        message(29, "text", "out", "Jatuh temponya tetap 20 November, ya.", state="unconfirmed"),
        message(30, "text", text="Bisa tolong dicek, Kak? Batas bayarnya besok."),
        message(
            31,
            "text",
            "out",
            "Sebentar, saya cek dulu.",
            state="queued",
            send_after=NOW + timedelta(seconds=5),
            external_id=None,
        ),
        message(32, "text", "out", "Sudah saya cek.", state="sending", external_id=None),
        event(33, "conversation.resolved"),
        event(34, "conversation.reopened", None),
        event(35, "conversation.unheard_of"),
    ]
    return sorted(items, key=lambda item: item.provider_time)
