"""Files as they come: pictures, sounds, documents, and those that pretend."""

import io
import struct
import zlib
from typing import Any

from PIL import Image

GPS = 0x8825
ORIENTATION = 0x0112


def encoded(picture: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def photo(width: int = 640, height: int = 480, kind: str = "JPEG", **options: Any) -> bytes:
    """A picture that compresses badly, like one from a camera."""
    noise = Image.effect_noise((width, height), 80)
    return encoded(Image.merge("RGB", (noise, noise.rotate(90), noise.rotate(180))), kind, **options)


def turned_photo() -> bytes:
    """Lying on its side, with the place where it was taken."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif.get_ifd(GPS)[1] = "S"
    exif.get_ifd(GPS)[2] = (6.0, 12.0, 34.0)
    exif[0x010F] = "SECRET-CAMERA"
    return photo(exif=exif)


def moving_picture(frames: int) -> bytes:
    first, *rest = (Image.new("P", (8, 8), number % 200) for number in range(min(frames, 3)))
    gif = encoded(first, "GIF", save_all=True, append_images=rest, duration=10, optimize=False)
    if frames <= 3:
        return gif
    frame = b"\x21\xf9\x04\x00\x01\x00\x00\x00\x2c\x00\x00\x00\x00\x08\x00\x08\x00\x00\x02\x02\x44\x01\x00"
    return gif[:-1] + frame * frames + b";"


def huge_picture() -> bytes:
    """15,000 × 15,000 pixels in some 30 KB."""
    return encoded(Image.new("1", (15_000, 15_000)), "PNG")


def swollen_text() -> bytes:
    """A tiny PNG with a comment that unpacks to 100 MB."""
    png = encoded(Image.new("L", (10, 10)), "PNG")
    body = b"zTXt" + b"k\0\0" + zlib.compress(b"\0" * 100_000_000)
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return png[:33] + chunk + png[33:]


VOICE = (
    b"OggS\x00\x02" + b"\0" * 8 + b"\x01\x02\x03\x04" + b"\0" * 8 + b"\x01\x13OpusHead\x01\x01" + bytes(range(256)) * 8
)
FILM = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41" + bytes(range(256)) * 8
SONG = b"ID3\x03\x00\x00\x00\x00\x00\x00" + bytes(range(256)) * 4
PDF = b"%PDF-1.7\n1 0 obj\n<< /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>\nendobj\n%%EOF\n"
ZIP = b"PK\x03\x04\x14\x00\x00\x00\x00\x00" + b"\0" * 20 + b"PK\x05\x06" + b"\0" * 18
DOCX = b"PK\x03\x04\x14\x00\x06\x00" + b"\0" * 40 + b"word/document.xml" + b"\0" * 20 + b"PK\x05\x06" + b"\0" * 18
SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"></svg>'
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"

# What must never run here, whatever it is called (name, declared type, content).
DANGEROUS = {
    "svg": ("logo.svg", "image/svg+xml", SVG),
    "html": ("page.html", "text/html", HTML),
    "xhtml": (
        "page.xhtml",
        "application/xhtml+xml",
        b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>',
    ),
    "xml": ("data.xml", "application/xml", b'<?xml version="1.0"?><a/>'),
    "javascript": ("code.js", "text/javascript", b"alert(1)"),
    "pdf with script": ("paper.pdf", "application/pdf", PDF),
    "mhtml": ("saved.mhtml", "multipart/related", b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\n\r\n" + HTML),
    "flash": ("film.swf", "application/x-shockwave-flash", b"FWS\x0a" + b"\0" * 40),
    "empty": ("nothing.html", "text/html", b""),
    "page called a picture": ("cat.png", "image/png", HTML),
}

POLYGLOTS = {
    "gif and script": ("x.gif", "image/gif", b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1)"),
    "pdf and zip": ("x.pdf", "application/pdf", PDF + ZIP),
    "jpeg and page": ("x.jpg", "image/jpeg", photo(64, 64) + HTML),
    "jpeg and archive": ("x.jpg", "image/jpeg", photo(64, 64) + ZIP),
    "picture called a page": ("x.html", "text/html", photo(64, 64)),
    "ending of another format": ("x.png", "image/jpeg", photo(64, 64)),
    "declared as another format": ("x.jpg", "application/pdf", photo(64, 64)),
    "program called a document": ("invoice.pdf", "application/pdf", b"MZ\x90\x00" + b"\0" * 60),
}

HOSTILE_NAMES = [
    "../../x",
    "..\\x",
    "/etc/x",
    "\u200b.htaccess",
    "a\0b.txt",
    "a\r\nSet-Cookie: evil=1.txt",
    'a";x=y.html',
    "invoice\u202egpj.exe",
    "n" * 300,
    "n" * 300 + ".pdf",
    "CON",
    "aux.txt",
    ".",
    "..",
    "",
    "   ",
    "\ud800.txt",
    "日本語 😀.pdf",
    "%2e%2e%2fx",
    "a\u2028b.txt",
]
