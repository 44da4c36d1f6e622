"""One line that stands for a message in the list; where it is empty, the page names the kind."""

from messaging.models import Message

LENGTH = 160
DELETED = "deleted"


def preview(message: Message) -> str:
    """Return at most 160 characters of the text, on one line."""
    return "" if message.deleted_at else " ".join(message.text[: LENGTH * 4].split())[:LENGTH]


def preview_kind(message: Message) -> str:
    return DELETED if message.deleted_at else message.kind
