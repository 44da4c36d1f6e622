"""What happened to the messages of a chat, in words: the stand-in's events and what the product made of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.formats import number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from messaging.simulator.facts import Landing, ProductFacts

Event = dict[str, Any]
SHOWN = 40
TICKS = ("sent", "delivered", "read", "played")


@dataclass(frozen=True)
class Happening:
    """One line of the log; `tone` and `glyph` are names of the page's styles and icons."""

    at: datetime
    tone: str
    glyph: str
    title: str
    detail: str = ""

    @property
    def clock(self) -> str:
        """The time with its seconds, which are what matters here."""
        local = localtime(self.at)
        parts = {"hour": local.hour, "minute": local.minute, "second": local.second}
        return pgettext("time of day", "%(hour)02d:%(minute)02d:%(second)02d") % parts


def happenings_of(chat: dict[str, Any], facts: ProductFacts) -> list[Happening]:
    """The log, newest first; all ticks of one message make one line."""
    lines = [line for event in chat["events"] if event["kind"] in TOLD for line in [_line(event)]]
    lines += _ticks(chat["events"])
    sent = {message["wamid"]: message["at"] for message in chat["messages"]}
    lines += [_landed(landing, sent[wamid]) for wamid, landing in facts.landings.items() if wamid in sent]
    return sorted(lines, key=lambda line: line.at, reverse=True)[:SHOWN]


def _line(event: Event) -> Happening:
    tone, glyph, tell = TOLD[event["kind"]]
    title, detail = tell(event)
    return Happening(_moment(event["at"]), tone, glyph, title, detail)


def _ticks(events: list[Event]) -> Iterator[Happening]:
    by_message: dict[str, list[Event]] = {}
    for event in events:
        if event["kind"] in TICKS:
            by_message.setdefault(event["wamid"], []).append(event)
    for ticks in by_message.values():
        last = ticks[-1]
        detail = ", ".join(f"{_tick_word(tick['kind'])} {_seconds(tick['seconds'])}" for tick in ticks)
        yield Happening(_moment(last["at"]), "ok", "check-check", _tick_title(last["kind"]), detail)


def _landed(landing: Landing, sent_at: float) -> Happening:
    title = _("Added to conversation %(number)s") % {"number": landing.conversation}
    detail = _("%(seconds)s after you sent it") % {"seconds": _seconds(max(0.0, landing.at.timestamp() - sent_at))}
    if landing.assignee:
        detail = _("%(name)s answers it") % {"name": landing.assignee} + " · " + detail
    return Happening(landing.at, "info", "inbox", title, detail)


def _tick_title(kind: str) -> str:
    titles = {
        "sent": _("Reply sent"),
        "delivered": _("Reply delivered"),
        "read": _("Reply delivered and read"),
        "played": _("Voice message played"),
    }
    return titles[kind]


def _tick_word(kind: str) -> str:
    return {"sent": _("sent"), "delivered": _("delivered"), "read": _("read"), "played": _("played")}[kind]


def _seconds(seconds: float) -> str:
    return _("%(number)s s") % {"number": number_format(seconds, 1)}


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def _short(event: Event) -> str:
    return str(event.get("wamid", ""))[-10:]


def _answer(event: Event) -> str:
    if not event["status"]:
        return _("no answer, attempt %(attempt)s") % {"attempt": event["attempt"]}
    return _("answer %(status)s, attempt %(attempt)s") % {"status": event["status"], "attempt": event["attempt"]}


def _taken(event: Event) -> tuple[str, str]:
    detail = f"messages.{event['type']} · {_short(event)} · {_seconds(event['seconds'])}"
    return _("Webhook received"), detail if event["attempt"] == 1 else f"{detail} · {_answer(event)}"


def _replied(event: Event) -> tuple[str, str]:
    quotes = _("quotes %(message)s") % {"message": event["quoted"][-10:]} if event["quoted"] else ""
    return _("The help desk replied"), " · ".join(filter(None, (event["type"], _short(event), quotes)))


def _struck(event: Event) -> tuple[str, str]:
    return _("A fault was played"), " ".join(str(event[key]) for key in ("fault", "code") if event.get(key))


def _jumped(event: Event) -> tuple[str, str]:
    hours = _("%(hours)s hours have passed") % {"hours": event["hours"]}
    return (_("The window is open") if event["is_open"] else _("The 24-hour window closed")), hours


Teller = Callable[[Event], tuple[str, str]]
TOLD: dict[str, tuple[str, str, Teller]] = {
    "webhook_accepted": ("info", "download", _taken),
    "webhook_refused": ("warn", "circle-alert", lambda event: (_("Webhook refused, tried again"), _answer(event))),
    "webhook_given_up": ("bad", "circle-alert", lambda event: (_("Webhook given up"), _answer(event))),
    "webhook_nowhere": ("warn", "circle-alert", lambda event: (_("This channel has no webhook address"), "")),
    "business_sent": ("info", "send-horizontal", _replied),
    "failed": ("bad", "circle-alert", lambda event: (_("Delivery failed"), str(event["code"]))),
    "send_refused": ("warn", "ban", lambda event: (_("A reply was refused"), str(event["code"]))),
    "fault": ("warn", "circle-alert", _struck),
    "marked_read": ("ok", "check-check", lambda event: (_("The help desk read your messages"), "")),
    "offline": ("warn", "wifi-off", lambda event: (_("Your phone went offline"), "")),
    "online": ("ok", "circle-check", lambda event: (_("Your phone is back online"), "")),
    "time_jumped": ("warn", "hourglass", _jumped),
}
