"""The phone's screen: what the stand-in keeps of a chat, made ready to be drawn."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

SHOWN_MESSAGES = 80
FILES = ("image", "video", "audio", "document", "sticker")
UNSHOWN = ("reaction", "edit", "revoke", "system")


@dataclass(frozen=True)
class Choice:
    """Something under a message that can be tapped; `answer` is what is posted, empty for mere decoration."""

    label: str
    answer: str = ""
    url: str = ""
    hint: str = ""


@dataclass
class Bubble:
    """One message as the customer sees it: the customer's own are `out`."""

    wamid: str
    direction: str
    kind: str
    at: datetime
    status: str
    head: str = ""
    words: str = ""
    foot: str = ""
    media_id: str = ""
    filename: str = ""
    place: str = ""
    quoted: "Bubble | None" = None
    reactions: list[str] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    is_edited: bool = False
    is_deleted: bool = False

    @property
    def can_be_edited(self) -> bool:
        """Own words may be changed."""
        return self.direction == "out" and self.kind == "text" and not self.is_deleted


def bubbles_of(chat: dict[str, Any]) -> list[Bubble]:
    """The latest messages of a chat, oldest first."""
    shown = [message for message in chat["messages"] if _is_seen(message)][-SHOWN_MESSAGES:]
    bubbles = {message["wamid"]: _bubble(message) for message in shown}
    for message in shown:
        bubbles[message["wamid"]].quoted = bubbles.get(message["quoted"])
    return list(bubbles.values())


def words_of(message: dict[str, Any]) -> str:
    """The text of a message in one line, for the list of customers."""
    return " ".join(_bubble(message).words.split())


def _is_seen(message: dict[str, Any]) -> bool:
    # What has not arrived at the phone, or never will, is not on its screen; without ticks it arrives all the same.
    is_on_its_way = message["side"] == "business" and message["status"] in ("accepted", "sent", "failed")
    return message["type"] not in UNSHOWN and (not is_on_its_way or message["fate"] == "silent")


def _bubble(message: dict[str, Any]) -> Bubble:
    mine = message["side"] == "customer"
    bubble = Bubble(
        message["wamid"],
        "out" if mine else "in",
        message["type"],
        datetime.fromtimestamp(message["at"], UTC),
        message["status"],
        reactions=[emoji for emoji in message["reactions"].values() if emoji],
        is_edited=message["edited"],
        is_deleted=message["deleted"],
    )
    fill = FILLERS.get(message["type"], _fill_other)
    fill(bubble, message["content"])
    return bubble


def _fill_text(bubble: Bubble, content: dict[str, Any]) -> None:
    bubble.words = str(content.get("body", ""))


def _fill_file(bubble: Bubble, content: dict[str, Any]) -> None:
    if bubble.kind == "audio" and content.get("voice"):
        bubble.kind = "voice"
    bubble.words = str(content.get("caption", ""))
    bubble.media_id = str(content.get("id", ""))
    bubble.filename = str(content.get("filename", ""))


def _fill_location(bubble: Bubble, content: dict[str, Any]) -> None:
    bubble.head = str(content.get("name") or "")
    bubble.place = f"{content.get('latitude')}, {content.get('longitude')}"
    bubble.words = str(content.get("address") or "")


def _fill_contacts(bubble: Bubble, content: list[dict[str, Any]]) -> None:
    cards = content if isinstance(content, list) else []
    lines = [card.get("name", {}).get("formatted_name", "") for card in cards]
    lines += [number.get("phone", "") for card in cards for number in card.get("phones", ())]
    bubble.words = "\n".join(filter(None, lines))


def _fill_template(bubble: Bubble, content: dict[str, Any]) -> None:
    bubble.head, bubble.words, bubble.foot = content["header"], content["body"], content["footer"]
    if media := content["media"]:
        bubble.media_id = str(media.get("id", ""))
    for button in content["buttons"]:
        taps = button["type"] == "QUICK_REPLY"
        answer = f"{bubble.wamid} {button['text']}" if taps else ""
        bubble.choices.append(Choice(button["text"], answer, _web_address(button.get("url"))))


def _fill_interactive(bubble: Bubble, content: dict[str, Any]) -> None:
    if bubble.direction == "out":
        reply = content.get(content.get("type", ""), {})
        bubble.words = str(reply.get("title", ""))
        return
    body = content.get("body")
    bubble.head = str(content.get("header", {}).get("text", ""))
    bubble.words = str(body.get("text", "")) if isinstance(body, dict) else str(content.get("caption", ""))
    bubble.foot = str(content.get("footer", {}).get("text", ""))
    action = content.get("action", {})
    for button in action.get("buttons", ()):
        title = button["reply"]["title"]
        bubble.choices.append(Choice(title, f"{bubble.wamid} {title}"))
    for section in action.get("sections", ()):
        for row in section["rows"]:
            answer = f"{bubble.wamid} #{row['id']}"
            bubble.choices.append(Choice(row["title"], answer, hint=row.get("description", "")))
    if link := action.get("parameters", {}).get("url"):
        bubble.choices.append(Choice(action["parameters"].get("display_text", link), url=_web_address(link)))


def _web_address(told: Any) -> str:
    """What may be a link: a phone opens nothing else from a chat, and a browser would run `javascript:`."""
    return told if isinstance(told, str) and told.startswith(("http://", "https://")) else ""


def _fill_other(bubble: Bubble, content: Any) -> None:
    if isinstance(content, dict):
        bubble.words = str(content.get("text") or content.get("caption") or content.get("body") or "")


FILLERS: dict[str, Callable[[Bubble, Any], None]] = {
    "text": _fill_text,
    **dict.fromkeys(FILES, _fill_file),
    "location": _fill_location,
    "contacts": _fill_contacts,
    "template": _fill_template,
    "interactive": _fill_interactive,
}
