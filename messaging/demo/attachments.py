"""The files that people send each other, made in code."""

import io
from collections.abc import Callable

from PIL import Image, ImageDraw, ImageFont

from messaging.simulator.provider.samples import pdf, picture, sticker, voice

PAPER, INK, LINE = (252, 251, 247), (38, 42, 51), (208, 210, 216)
WIDTH, MARGIN, STEP = 720, 56, 62
TYPES = {
    "ogg": "audio/ogg",
    "pdf": "application/pdf",
    "png": "image/png",
    "webp": "image/webp",
}


def attachment(name: str, words: list[str]) -> tuple[bytes, str]:
    """Return a file's bytes and media type; `words` are what is written on it."""
    ending = name.rpartition(".")[2]
    makers: dict[str, Callable[[], bytes]] = {
        "ogg": lambda: voice(7),
        "pdf": lambda: pdf(words[0]),
        "png": lambda: _paper(words) if words else picture("png", seed=len(name)),
        "webp": sticker,
    }
    return makers[ending](), TYPES[ending]


def _paper(words: list[str]) -> bytes:
    """A sheet with a heading and a line for each of the other words."""
    image = Image.new("RGB", (WIDTH, 2 * MARGIN + STEP * (len(words) + 1)), PAPER)
    draw = ImageDraw.Draw(image)
    draw.text((MARGIN, MARGIN), words[0], fill=INK, font=ImageFont.load_default(40))
    draw.line((MARGIN, MARGIN + STEP, WIDTH - MARGIN, MARGIN + STEP), fill=LINE, width=3)
    for number, line in enumerate(words[1:], start=1):
        draw.text((MARGIN, MARGIN + STEP * number + 24), line, fill=INK, font=ImageFont.load_default(32))
    out = io.BytesIO()
    image.save(out, "png", optimize=True)
    return out.getvalue()
