"""What WhatsApp takes: lengths of text, and types and sizes of files."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from helpdesk.errors import RuleViolation

from .events import Kind

MAX_TEXT = 4_096
MAX_CAPTION = 1_024
MAX_CALLBACK = 512
MAX_BUTTONS = 3
MAX_BUTTON_TITLE = 20
MAX_BUTTON_ID = 256
MAX_INTERACTIVE_BODY = 1_024

_KB, _MB = 1_024, 1_024 * 1_024


@dataclass(frozen=True, slots=True)
class MediaLimit:
    """``mime_types`` is empty where every type is taken."""

    kind: Kind
    max_bytes: int
    mime_types: frozenset[str] = frozenset()


# Meta's media reference. A document's type is not promised for all, and passes for most.
MEDIA_LIMITS = {
    "image": MediaLimit(Kind.IMAGE, 5 * _MB, frozenset({"image/jpeg", "image/png"})),
    "audio": MediaLimit(
        Kind.AUDIO, 16 * _MB, frozenset({"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"})
    ),
    "video": MediaLimit(Kind.VIDEO, 16 * _MB, frozenset({"video/mp4", "video/3gpp"})),
}
DOCUMENT_LIMIT = MediaLimit(Kind.DOCUMENT, 100 * _MB)
STICKER_LIMIT = MediaLimit(Kind.STICKER, 100 * _KB, frozenset({"image/webp"}))
ANIMATED_STICKER_LIMIT = MediaLimit(Kind.STICKER, 500 * _KB, frozenset({"image/webp"}))


def media_kind(mime_type: str, size: int, *, is_animated: bool = False) -> Kind:
    """What a file of ``size`` bytes is sent as; raises `RuleViolation` with the limit in its sentence."""
    plain = mime_type.partition(";")[0].strip().lower()
    limit = _limit(plain, is_animated=is_animated)
    if limit.mime_types and plain not in limit.mime_types:
        raise RuleViolation(_wrong_type(limit))
    if size <= 0:
        raise RuleViolation(_("This file is empty."))
    if size > limit.max_bytes:
        raise RuleViolation(_too_large(limit, size))
    return limit.kind


def _limit(plain: str, *, is_animated: bool) -> MediaLimit:
    if plain in STICKER_LIMIT.mime_types:
        return ANIMATED_STICKER_LIMIT if is_animated else STICKER_LIMIT
    return MEDIA_LIMITS.get(plain.partition("/")[0], DOCUMENT_LIMIT)


def _wrong_type(limit: MediaLimit) -> str:
    sentences = {
        Kind.IMAGE: _("WhatsApp takes pictures as JPEG or PNG, up to %(size)s."),
        Kind.AUDIO: _("WhatsApp takes sound as AAC, AMR, MP3, M4A or OGG, up to %(size)s."),
        Kind.VIDEO: _("WhatsApp takes videos as MP4 or 3GP, up to %(size)s."),
    }
    return sentences[limit.kind] % {"size": readable_size(limit.max_bytes)}


def _too_large(limit: MediaLimit, size: int) -> str:
    sentences = {
        Kind.IMAGE: _("This picture has %(size)s; WhatsApp takes pictures up to %(limit)s."),
        Kind.AUDIO: _("This sound has %(size)s; WhatsApp takes sounds up to %(limit)s."),
        Kind.VIDEO: _("This video has %(size)s; WhatsApp takes videos up to %(limit)s."),
        Kind.DOCUMENT: _("This document has %(size)s; WhatsApp takes documents up to %(limit)s."),
        Kind.STICKER: _("This sticker has %(size)s; WhatsApp takes stickers of its kind up to %(limit)s."),
    }
    return sentences[limit.kind] % {"size": readable_size(size), "limit": readable_size(limit.max_bytes)}


def readable_size(size: int) -> str:
    """Bytes for people: what is just over a limit must not read as the limit, so one decimal is rounded up."""
    unit, name = (_MB, "MB") if size >= _MB else (_KB, "KB")
    tenths = -(-size * 10 // unit)
    return f"{tenths // 10} {name}" if tenths % 10 == 0 else f"{tenths / 10:.1f} {name}"
