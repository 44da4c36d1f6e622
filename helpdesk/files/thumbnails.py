"""Small copies of pictures, made by a process that can do no harm and is not waited for longer than 10 seconds."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO, NamedTuple

DECODER = Path(__file__).with_name("decoder.py")
WALL_SECONDS = 10
OUTPUT_BYTES = 4 * 1024 * 1024


class NotAPicture(Exception):
    """The picture cannot be shown small: broken, too large, too slow, or an attack."""


class Copies(NamedTuple):
    width: int
    height: int
    thumbnail: bytes
    preview: bytes


def make_copies(content: IO[bytes]) -> Copies:
    """Return a thumbnail of 320 and a preview of 1280 pixels, re-encoded as WebP. Raises `NotAPicture`.

    The process knows nothing of ours: no environment, no place in `sys.path` but the packages', no open files.
    """
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as complaints:
        try:
            subprocess.run(
                [sys.executable, "-I", str(DECODER)],
                stdin=content,
                stdout=output,
                stderr=complaints,
                env={},
                cwd="/",
                timeout=WALL_SECONDS,
                check=True,
            )
        except subprocess.TimeoutExpired as error:
            raise NotAPicture("took too long") from error
        except subprocess.CalledProcessError as error:
            raise NotAPicture(_last_line(complaints) or f"ended with {error.returncode}") from error
        output.seek(0)
        return _read(output.read(OUTPUT_BYTES))


def _read(output: bytes) -> Copies:
    """The answer is not trusted either: whoever takes over the decoder writes it."""
    line, _, copies = output.partition(b"\n")
    try:
        answer = json.loads(line)
        width, height, (first, second) = int(answer["width"]), int(answer["height"]), answer["lengths"]
        thumbnail, preview = copies[:first], copies[first : first + second]
    except (ValueError, KeyError, TypeError) as error:
        raise NotAPicture("the decoder gave no sensible answer") from error
    if not all(copy[:4] == b"RIFF" and copy[8:12] == b"WEBP" for copy in (thumbnail, preview)):
        raise NotAPicture("the decoder gave no pictures")
    return Copies(width, height, thumbnail, preview)


def _last_line(complaints: IO[bytes]) -> str:
    complaints.seek(0)
    return complaints.read(OUTPUT_BYTES).decode(errors="replace").strip().rpartition("\n")[2][:200]
