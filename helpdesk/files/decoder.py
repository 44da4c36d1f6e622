"""Makes the two small copies of one picture. Run by `thumbnails.py` as a process of its own, never imported.

The picture comes on standard input and may be hostile: memory, processor time and output are limited, and once the
decoders are loaded no file or socket can be opened any more. It answers on standard output with a line of JSON
(`width` and `height` as seen, `lengths` of the copies) and the copies.
"""

import copy  # noqa: F401 -- Pillow loads it with the first moving picture
import io
import json
import resource
import sys
import warnings

MEMORY = 512 * 1024 * 1024
SECONDS = 5
OUTPUT = 4 * 1024 * 1024
PIXELS = 40_000_000
FRAMES = 200
THUMBNAIL, PREVIEW = 320, 1280
THUMBNAIL_BYTES = 20_000
TURNED = {5, 6, 7, 8}

resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT, OUTPUT))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

from PIL import ExifTags, Image, ImageOps  # noqa: E402 -- loaded under the limits

Image.init()
resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
warnings.simplefilter("error", Image.DecompressionBombWarning)
Image.MAX_IMAGE_PIXELS = PIXELS


def main() -> None:
    picture = Image.open(sys.stdin.buffer, formats=("JPEG", "PNG", "GIF", "WEBP"))
    if getattr(picture, "n_frames", 1) > FRAMES:
        sys.exit("too many frames")
    width, height = picture.size
    if picture.getexif().get(ExifTags.Base.Orientation) in TURNED:
        width, height = height, width
    preview = shrink(picture, PREVIEW)
    copies = [small_enough(preview), encode(preview, 80)]
    answer = {"width": width, "height": height, "lengths": [len(encoded) for encoded in copies]}
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + b"".join(copies))


def shrink(picture: Image.Image, side: int) -> Image.Image:
    """Return the picture upright, at most `side` wide and high, with nothing but its pixels."""
    picture.draft("RGB", (side, side))
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    if picture.mode != mode:
        picture = picture.convert(mode)
    picture.thumbnail((side, side))
    picture = ImageOps.exif_transpose(picture)
    picture.info.clear()
    return picture


def small_enough(preview: Image.Image) -> bytes:
    """Return the thumbnail at the best quality that fits in its bytes; noise gets fewer pixels."""
    for side in (THUMBNAIL, THUMBNAIL // 2):
        small = preview.copy()
        small.thumbnail((side, side))
        for quality in (75, 55, 35, 15):
            if len(encoded := encode(small, quality)) <= THUMBNAIL_BYTES:
                return encoded
    return encoded


def encode(picture: Image.Image, quality: int) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "WEBP", quality=quality, method=4)
    return buffer.getvalue()


main()
