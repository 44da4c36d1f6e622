"""Initials and colours of avatars, sizes of files."""

from zlib import crc32

from django.template.defaultfilters import filesizeformat


def initials(name: str) -> str:
    """Return one or two letters: Dewi Lestari is DL; a phone number is its last two digits."""
    words = [word for word in name.split() if word[0].isalpha()]
    if words:
        return (words[0][0] + words[-1][0]).upper() if len(words) > 1 else words[0][:2].upper()
    return "".join(filter(str.isdigit, name))[-2:] or name.strip()[:1]


def hue(identity: int | str) -> int:
    """Return a colour angle for a person's id: always the same one, a multiple of 20 below 360."""
    return crc32(str(identity).encode()) % 18 * 20


def filesize(size: int | None) -> str:
    """Return 184 KB for a number of bytes; nothing when it is unknown."""
    return filesizeformat(size) if size is not None else ""
