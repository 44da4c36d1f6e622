"""Initials and colours of avatars, sizes of files."""

from zlib import crc32

from django.utils.formats import number_format

UNITS = ("KB", "MB", "GB")


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
    """Return 184 KB or 2.5 MB for a number of bytes; nothing when it is unknown."""
    if size is None:
        return ""
    value, unit = size / 1024, 0
    while value >= 1000 and unit < len(UNITS) - 1:
        value, unit = value / 1024, unit + 1
    digits = 1 if unit and value < 10 else 0
    return f"{number_format(max(value, 1) if not unit else value, digits)} {UNITS[unit]}"
