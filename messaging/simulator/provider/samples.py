"""Small files that customers attach, made in code."""

import functools
import io
import struct

from PIL import Image, ImageDraw


@functools.cache
def picture(kind: str = "jpeg", seed: int = 0) -> bytes:
    """A picture of 640 by 400 pixels; another seed gives other colours. `kind` is jpeg, png or webp."""
    hue = (seed * 47 + 25) % 360
    image = Image.new("HSV", (640, 400), (hue * 255 // 360, 90, 120)).convert("RGB")
    draw = ImageDraw.Draw(image)
    for step in range(24):
        x, y = (step * 137 + seed * 31) % 640, (step * 89 + seed * 17) % 400
        shade = 60 + step * 6
        draw.ellipse((x - 46, y - 30, x + 46, y + 30), fill=(shade, shade * 3 // 4, shade // 2), outline=(40, 28, 20))
    out = io.BytesIO()
    image.save(out, kind, quality=70)
    return out.getvalue()


@functools.cache
def sticker() -> bytes:
    """A WebP sticker of 512 by 512 pixels with a clear background."""
    image = Image.new("RGBA", (512, 512), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.ellipse((56, 56, 456, 456), fill=(250, 205, 80, 255))
    for x in (170, 310):
        draw.ellipse((x, 180, x + 36, 236), fill=(60, 45, 20, 255))
    draw.arc((160, 220, 352, 370), 20, 160, fill=(60, 45, 20, 255), width=16)
    out = io.BytesIO()
    image.save(out, "webp")
    return out.getvalue()


@functools.cache
def voice(seconds: int = 3) -> bytes:
    """An Ogg stream with silent Opus, mono (RFC 7845)."""
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 312, 48000, 0, 0)
    tags = b"OpusTags" + struct.pack("<I", 4) + b"none" + struct.pack("<I", 0)
    # One frame of 20 ms that says "nothing": configuration 1, SILK narrow band, code 0, empty frame.
    frames = seconds * 50
    pages = [_ogg_page(0, 0, 2, [head]), _ogg_page(1, 0, 0, [tags])]
    for first in range(0, frames, 50):
        count = min(50, frames - first)
        last = 4 if first + count == frames else 0
        pages.append(_ogg_page(2 + first // 50, (first + count) * 960, last, [b"\x08"] * count))
    return b"".join(pages)


@functools.cache
def pdf(words: str = "Receipt 0042") -> bytes:
    """A PDF of one page."""
    text = f"BT /F1 24 Tf 72 720 Td ({words}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


@functools.cache
def video() -> bytes:
    """The shortest MP4 that is recognised as one: a file type box, an empty movie, no pictures."""
    movie_header = struct.pack(">IIIIIIH10x", 0, 0, 0, 1000, 1000, 0x10000, 0x100)
    movie_header += (
        struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000) + bytes(24) + struct.pack(">I", 1)
    )
    return (
        _box(b"ftyp", b"isom" + struct.pack(">I", 512) + b"isomiso2mp41")
        + _box(b"moov", _box(b"mvhd", movie_header))
        + _box(b"mdat", b"")
    )


def _box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + name + content


def _ogg_page(number: int, granule: int, flags: int, packets: list[bytes]) -> bytes:
    lacing = b"".join(bytes([255] * (len(packet) // 255) + [len(packet) % 255]) for packet in packets)
    head = struct.pack("<4sBBqIII", b"OggS", 0, flags, granule, 1, number, 0) + bytes([len(lacing)]) + lacing
    page = head + b"".join(packets)
    return page[:22] + struct.pack("<I", _ogg_checksum(page)) + page[26:]


@functools.cache
def _ogg_table() -> tuple[int, ...]:
    table = []
    for value in range(256):
        register = value << 24
        for _ in range(8):
            register = ((register << 1) ^ 0x04C11DB7 if register & 0x80000000 else register << 1) & 0xFFFFFFFF
        table.append(register)
    return tuple(table)


def _ogg_checksum(page: bytes) -> int:
    register = 0
    for byte in page:
        register = ((register << 8) & 0xFFFFFFFF) ^ _ogg_table()[(register >> 24) ^ byte]
    return register
