"""What customers write, shown safely: links, and the marks that WhatsApp understands.

Every step takes time in proportion to the length of the text, whatever the text.
"""

import re
from collections.abc import Callable

from markupsafe import Markup, escape

_LINK = re.compile(r"https?://[^\s<>\"'`]{3,2000}", re.IGNORECASE)
_CODE = re.compile(r"```([^`]+)```|`([^`\n]+)`")
_STYLED = re.compile(
    r"(?<![^\W_])(?:\*(?=\S)(?P<b>[^*\n]+)(?<=\S)\*|_(?=\S)(?P<i>[^_\n]+)(?<=\S)_|~(?=\S)(?P<s>[^~\n]+)(?<=\S)~)(?![^\W_])"
)
_ENDS_SENTENCE = ".,;:!?…*_~)]}"


def linkify(text: str) -> Markup:
    """Escape a text and make its web addresses links that tell the other side nothing."""
    return Markup(_with_links(text, escape))  # noqa: S704 - escaped piece by piece


def whatsapp_markup(text: str) -> Markup:
    """Escape a text and show *bold*, _italic_, ~struck~ and ```code``` as WhatsApp does, and links."""
    pieces, end = [], 0
    for match in _CODE.finditer(text):
        pieces.append(_with_links(text[end : match.start()], _styled))
        pieces.append(f"<code>{escape(match[1] or match[2])}</code>")
        end = match.end()
    pieces.append(_with_links(text[end:], _styled))
    return Markup("".join(pieces))  # noqa: S704 - escaped piece by piece


# What follows returns HTML as plain strings: `Markup` would look at each of thousands of pieces again.


def _with_links(text: str, show: Callable[[str], str]) -> str:
    pieces, end = [], 0
    for match in _LINK.finditer(text):
        address = match[0].rstrip(_ENDS_SENTENCE)
        if match[0][len(address) :].startswith(")") and "(" in address:
            address += ")"
        pieces.append(show(text[end : match.start()]))
        pieces.append(_link(address))
        end = match.start() + len(address)
    pieces.append(show(text[end:]))
    return "".join(pieces)


def _link(address: str) -> str:
    shown = escape(address)
    return f'<a class="link" href="{shown}" target="_blank" rel="noopener noreferrer nofollow ugc">{shown}</a>'


def _styled(text: str) -> str:
    pieces: list[str] = []
    end = 0
    for match in _STYLED.finditer(text):
        tag = match.lastgroup or ""
        pieces.append(escape(text[end : match.start()]))
        # The inside cannot hold its own mark, so this goes at most three deep.
        pieces.append(f"<{tag}>{_styled(match[tag])}</{tag}>")
        end = match.end()
    pieces.append(escape(text[end:]))
    return "".join(pieces)
