import io
import os
import resource
import tempfile
from contextlib import contextmanager

import pytest
from PIL import Image

from helpdesk.files import thumbnails
from helpdesk.files.tests import samples
from helpdesk.files.thumbnails import NotAPicture, make_copies


@contextmanager
def on_disk(content):
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        yield file


def copies_of(content):
    with on_disk(content) as file:
        return make_copies(file)


def size(copy):
    return Image.open(io.BytesIO(copy)).size


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_picture_gets_two_small_copies(kind):
    copies = copies_of(samples.photo(2000, 1500, kind))

    assert (copies.width, copies.height) == (2000, 1500)
    assert size(copies.preview) == (1280, 960)
    assert max(size(copies.thumbnail)) in (320, 160)
    assert len(copies.thumbnail) <= 20_000


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_every_kind_of_pixel_is_understood(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"

    copies = copies_of(samples.encoded(Image.new(mode, (800, 600)), kind))

    assert size(copies.thumbnail) == (320, 240)


def test_a_small_picture_is_not_blown_up():
    assert size(copies_of(samples.photo(50, 40)).preview) == (50, 40)


def test_the_copies_stand_upright_and_say_nothing_of_camera_and_place():
    copies = copies_of(samples.turned_photo())

    assert (copies.width, copies.height) == (480, 640)
    assert size(copies.preview) == (480, 640)
    for copy in (copies.thumbnail, copies.preview):
        picture = Image.open(io.BytesIO(copy))
        assert not picture.getexif()
        assert not {"exif", "icc_profile", "xmp"} & set(picture.info)
        assert b"SECRET-CAMERA" not in copy


def test_of_a_moving_picture_the_first_frame_is_shown():
    assert size(copies_of(samples.moving_picture(3)).preview) == (8, 8)


BOMBS = {
    "15,000 pixels square": samples.huge_picture,
    "41 million pixels": lambda: samples.encoded(Image.new("L", (6500, 6400)), "PNG"),
    "100,000 frames": lambda: samples.moving_picture(100_000),
    "a comment of 100 MB": samples.swollen_text,
    "cut short": lambda: samples.photo(kind="PNG")[:50_000],
    "noise": lambda: os.urandom(5000),
    "nothing": lambda: b"",
    "a drawing with script": lambda: samples.SVG,
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_refused_within_two_seconds_of_work(bomb):
    content = bomb()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)

    with pytest.raises(NotAPicture):
        copies_of(content)

    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 2


def run_instead(monkeypatch, tmp_path, script):
    """Let another program take the decoder's place, as one that was taken over by a picture would."""
    path = tmp_path / "decoder.py"
    path.write_text(script)
    monkeypatch.setattr(thumbnails, "DECODER", path)


@pytest.mark.parametrize(
    "script",
    [
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        "print('no answer')",
        "print('{}')",
        "print('[]')",
        'print(\'{"width": 1, "height": 1, "lengths": [5, 5]}\'); print(\'<svg/><svg/>\')',
        "print('x' * 9_000_000)",
    ],
)
def test_a_decoder_that_dies_or_lies_is_no_harm(monkeypatch, tmp_path, script):
    run_instead(monkeypatch, tmp_path, script)

    with pytest.raises(NotAPicture):
        copies_of(samples.photo(64, 64))


def test_a_decoder_that_hangs_is_killed(monkeypatch, tmp_path):
    run_instead(monkeypatch, tmp_path, "import time; time.sleep(60)")
    monkeypatch.setattr(thumbnails, "WALL_SECONDS", 0.3)

    with pytest.raises(NotAPicture, match="too long"):
        copies_of(samples.photo(64, 64))


def test_the_decoder_sees_no_environment_of_ours(monkeypatch, tmp_path):
    monkeypatch.setenv("SECRET_KEY", "do not tell")
    run_instead(monkeypatch, tmp_path, "import os, sys; sys.exit(repr(sorted(os.environ)))")

    with pytest.raises(NotAPicture) as refusal:
        copies_of(samples.photo(64, 64))

    assert "SECRET_KEY" not in str(refusal.value)


LIMITS = """
import resource, runpy, socket, sys
sys.stdin = open("/dev/null")
try: runpy.run_path({decoder!r})
except BaseException: pass
for name in ("AS", "CPU", "NOFILE", "CORE"):
    print(name, resource.getrlimit(getattr(resource, "RLIMIT_" + name))[1], file=sys.stderr, end=" ")
try: open("/etc/passwd")
except OSError as error: print("no file", file=sys.stderr, end=" ")
try: socket.socket()
except OSError as error: print("no socket", file=sys.stderr, end=" ")
sys.exit(1)
"""


def test_the_decoder_limits_itself_before_it_looks(monkeypatch, tmp_path):
    run_instead(monkeypatch, tmp_path, LIMITS.format(decoder=str(thumbnails.DECODER)))

    with pytest.raises(NotAPicture) as refusal:
        copies_of(b"")

    assert str(refusal.value).split("AS", 1)[1] == " 536870912 CPU 5 NOFILE 3 CORE 0 no file no socket"
