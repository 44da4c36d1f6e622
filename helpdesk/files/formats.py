"""The formats that the product knows: how each begins, how its files are named, and which of them are akin."""

import mimetypes
import re

TEXT = "text/plain"
ZIP = "application/zip"
OFFICE_PREFIX = "application/vnd.openxmlformats-officedocument."
OPEN_DOCUMENT = "application/vnd.oasis.opendocument.text"

# What the product shows or plays must be told exactly; puremagic names the rest.
BEGINNINGS: tuple[tuple[re.Pattern[bytes], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL | re.IGNORECASE), media_type)
    for pattern, media_type in (
        (rb"\xff\xd8\xff", "image/jpeg"),
        (rb"\x89PNG\r\n\x1a\n", "image/png"),
        (rb"GIF8[79]a", "image/gif"),
        (rb"RIFF....WEBP", "image/webp"),
        (rb"%PDF-", "application/pdf"),
        (rb"OggS.{20,40}(OpusHead|\x01vorbis|Speex|\x7fFLAC)", "audio/ogg"),
        (rb"OggS", "video/ogg"),
        (rb"....ftypM4[AB]", "audio/mp4"),
        (rb"....ftyp3g", "video/3gpp"),
        (rb"....ftypqt", "video/quicktime"),
        (rb"....ftyp(hei|hev|mif1|msf1)", "image/heic"),
        (rb"....ftypavi[fs]", "image/avif"),
        (rb"....ftyp", "video/mp4"),
        (rb"\x1aE\xdf\xa3.{0,60}webm", "video/webm"),
        (rb"#!AMR", "audio/amr"),
        (rb"ID3[\x02-\x04]|\xff[\xe2\xe3\xf2\xf3\xfa\xfb]", "audio/mpeg"),
        (rb"\xff[\xf0\xf1\xf8\xf9]", "audio/aac"),
        (rb"PK\x03\x04", ZIP),
        (rb"(\xef\xbb\xbf)?\s*(<svg|<\?xml.{0,1000}<svg)", "image/svg+xml"),
        (rb"(\xef\xbb\xbf)?\s*(<!doctype html|<html|<script|<body|<head|<iframe)", "text/html"),
        (rb"BEGIN:VCARD", "text/vcard"),
        (rb"[CFZ]WS[\x01-\x40]", "application/x-shockwave-flash"),
        (rb"MZ", "application/vnd.microsoft.portable-executable"),
        (rb"#!", "text/x-script"),
    )
)
IN_ARCHIVE: tuple[tuple[bytes, str], ...] = (
    (b"word/", f"{OFFICE_PREFIX}wordprocessingml.document"),
    (b"ppt/", f"{OFFICE_PREFIX}presentationml.presentation"),
    (b"xl/", f"{OFFICE_PREFIX}spreadsheetml.sheet"),
    (OPEN_DOCUMENT.encode(), OPEN_DOCUMENT),
)

# What the product makes small copies of, and what it plays.
PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
PLAYED = frozenset(
    {
        "audio/aac",
        "audio/amr",
        "audio/mp4",
        "audio/mpeg",
        "audio/ogg",
        "video/3gpp",
        "video/mp4",
        "video/webm",
    }
)

# Names for one and the same content, by container.
FAMILIES = {
    media_type: family
    for family, media_types in {
        "jpeg": ["image/jpeg", "image/jpg", "image/pjpeg"],
        "mp4": ["video/mp4", "audio/mp4", "video/3gpp", "audio/3gpp", "video/quicktime", "audio/x-m4a", "audio/m4a"],
        "ogg": ["audio/ogg", "video/ogg", "application/ogg", "audio/opus"],
        "webm": ["video/webm", "audio/webm"],
        "mp3": ["audio/mpeg", "audio/mp3"],
        "aac": ["audio/aac", "audio/x-aac", "audio/aacp"],
        "amr": ["audio/amr", "audio/3gpp-amr"],
        "heic": ["image/heic", "image/heif"],
        "zip": [ZIP, "application/x-zip-compressed"],
        "ole": ["application/msword", "application/vnd.ms-powerpoint", "application/x-ole-storage"],
        "vcard": ["text/vcard", "text/x-vcard"],
        "js": ["text/javascript", "application/javascript", "application/x-javascript"],
        "xml": ["text/xml", "application/xml"],
        "rtf": ["text/rtf", "application/rtf"],
        "wav": ["audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave"],
        "flac": ["audio/flac", "audio/x-flac"],
        "bmp": ["image/bmp", "image/x-ms-bmp"],
        "avi": ["video/avi", "video/x-msvideo", "video/vnd.avi"],
        "gzip": ["application/gzip", "application/x-gzip"],
        "exe": ["application/vnd.microsoft.portable-executable", "application/x-msdownload", "application/x-dosexec"],
    }.items()
    for media_type in media_types
}
# Browsers declare these for lack of anything better, or by what a spreadsheet program registered.
SAYS_NOTHING = {"", "application/octet-stream", "binary/octet-stream", "application/vnd.ms-excel"}

ENDINGS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "application/pdf": ".pdf",
    "audio/ogg": ".ogg",
    "audio/mp4": ".m4a",
    "audio/mpeg": ".mp3",
    "audio/aac": ".aac",
    "audio/amr": ".amr",
    "video/mp4": ".mp4",
    "video/3gpp": ".3gp",
    "video/webm": ".webm",
    "text/vcard": ".vcf",
    TEXT: ".txt",
    **dict(zip((media_type for _, media_type in IN_ARCHIVE), (".docx", ".pptx", ".xlsx", ".odt"), strict=True)),
}

_known = mimetypes.MimeTypes()
for _media_type, _ending in [*ENDINGS.items(), ("audio/ogg", ".opus"), ("audio/ogg", ".oga"), ("image/heic", ".heic")]:
    _known.add_type(_media_type, _ending)


def family(media_type: str) -> str:
    return FAMILIES.get(media_type, media_type)


def is_textual(media_type: str) -> bool:
    """Whether files of this type are plain text without a beginning of their own to know them by."""
    return (
        media_type.startswith(("text/", "message/"))
        or family(media_type) in {"js", "xml"}
        or media_type.endswith(("+xml", "/json", "+json"))
    )


def type_of_name(name: str) -> str:
    """Return the type that the ending of a name stands for; the same on every machine."""
    media_type, packing = _known.guess_type(name)
    return "" if packing else media_type or ""
