"""What a file is by its content. A label for people and for choosing what may be shown: it proves nothing."""

import re
from typing import IO, NamedTuple

import puremagic

from helpdesk.files import formats

HEAD = 4096
TAIL = 66 * 1024
MARKUP = re.compile(rb"<script|<html|<!doctype html|<svg|<iframe", re.IGNORECASE)
BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
END_OF_ARCHIVE = b"PK\x05\x06"


class Sniffed(NamedTuple):
    media_type: str
    is_disguised: bool


def sniff(content: IO[bytes]) -> Sniffed:
    """Look at the beginning and the end of a file, wherever it stands, and leave it at its beginning."""
    content.seek(0)
    head = content.read(HEAD)
    size = content.seek(0, 2)
    content.seek(max(size - TAIL, 0))
    tail = content.read(TAIL)
    content.seek(0)
    media_type = _media_type(head, tail)
    return Sniffed(media_type, _is_disguised(media_type, head, tail))


def is_mismatch(sniffed: Sniffed, name: str, declared_type: str) -> bool:
    """Whether the content is not what the name or the sender says, or is two things at once."""
    claims = {kind for kind in (formats.type_of_name(name), declared_type) if kind not in formats.SAYS_NOTHING}
    if sniffed.is_disguised or len({formats.family(claim) for claim in claims}) > 1:
        return True
    if sniffed.media_type == formats.TEXT:
        return not all(formats.is_textual(claim) for claim in claims)
    return any(not _is_akin(sniffed.media_type, claim) for claim in claims)


def _media_type(head: bytes, tail: bytes) -> str:
    for beginning, media_type in formats.BEGINNINGS:
        if beginning.match(head):
            return _in_archive(head, tail) if media_type == formats.ZIP else media_type
    for match in _puremagic(head):
        if match.mime_type and match.confidence >= 0.4:
            return str(match.mime_type)
    return formats.TEXT if _is_text(head) else ""


def _in_archive(head: bytes, tail: bytes) -> str:
    """Tell office documents from other archives by the names in the archive's directory; nothing is unpacked."""
    for name, media_type in formats.IN_ARCHIVE:
        if name in tail or name in head:
            return media_type
    return formats.ZIP


def _puremagic(head: bytes) -> list[puremagic.PureMagicWithConfidence]:
    try:
        return puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return []


def _is_text(head: bytes) -> bool:
    if not head or BINARY.search(head):
        return False
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return error.start > len(head) - 4
    return True


def _is_akin(media_type: str, claim: str) -> bool:
    if formats.family(media_type) == formats.family(claim):
        return True
    if media_type == formats.ZIP:
        return claim.startswith(("application/vnd.", "application/epub", "application/java"))
    return formats.family(media_type) == "ole" and claim.startswith(("application/vnd.ms-", "application/vnd.visio"))


def _is_disguised(media_type: str, head: bytes, tail: bytes) -> bool:
    """Whether something shown or played also is a page, a script or an archive."""
    if not media_type.startswith(("image/", "audio/", "video/")) and media_type != "application/pdf":
        return False
    if media_type == "image/svg+xml":
        return False
    return bool(
        END_OF_ARCHIVE in tail
        or MARKUP.search(head)
        or MARKUP.search(tail)
        or b"%PDF-" in head[1:1024]
        or re.match(rb"GIF8[79]a(/\*|=)", head)
    )
