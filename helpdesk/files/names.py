"""What a sender calls a file: cleaned for storing and showing, escaped for a header. It never becomes a path."""

import re
import unicodedata
from urllib.parse import quote

from helpdesk.files.models import NAME_LIMIT

ENDING_LIMIT = 20
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*")
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def clean_name(declared: str, ending: str = "") -> str:
    """Return a name of at most 200 characters without folders, control characters or invisible marks; never empty.

    `ending` (".jpg") completes the name that is made up when nothing of the declared one is left.
    """
    last = re.split(r"[/\\]", _visible(declared))[-1]
    name = " ".join(last.split()).strip(". ") or f"file{ending}"
    if RESERVED.match(name):
        name = f"_{name}"
    stem, dot, suffix = name.rpartition(".")
    if len(name) > NAME_LIMIT and dot and len(suffix) < ENDING_LIMIT:
        return f"{stem[: NAME_LIMIT - len(suffix) - 1]}.{suffix}"
    return name[:NAME_LIMIT]


def clean_type(declared: str) -> str:
    """Return a declared media type in lower case without its parameters, or nothing when it is not one."""
    name = declared.partition(";")[0].strip().lower()
    return name if len(name) <= 100 and MEDIA_TYPE.fullmatch(name) else ""


def content_disposition(kind: str, name: str) -> str:
    """Return the header for `attachment` or `inline`: an ASCII name for old readers, and the real one (RFC 6266)."""
    bare = (letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter))
    plain = re.sub(r"[^A-Za-z0-9_ .()+,@=-]", "_", "".join(bare))
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _visible(text: str) -> str:
    """Drop control characters, surrogates and marks that show nothing or turn the direction of the text."""
    kept = (letter if unicodedata.category(letter) not in UNSEEN else "" for letter in text)
    return unicodedata.normalize("NFC", "".join(kept))
