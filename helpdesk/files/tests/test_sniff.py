import io

import pytest
from PIL import Image

from helpdesk.files.formats import OFFICE_PREFIX
from helpdesk.files.names import clean_type
from helpdesk.files.sniff import is_mismatch, sniff
from helpdesk.files.tests import samples

HONEST = [
    ("photo.jpg", "image/jpeg", samples.photo(64, 64), "image/jpeg"),
    ("photo.JPEG", "image/jpg", samples.photo(64, 64), "image/jpeg"),
    ("", "image/jpeg", samples.photo(64, 64), "image/jpeg"),
    ("drawing.png", "image/png", samples.photo(64, 64, "PNG"), "image/png"),
    ("sticker.webp", "image/webp", samples.photo(64, 64, "WEBP"), "image/webp"),
    ("cat.gif", "image/gif", samples.encoded(Image.new("P", (9, 9)), "GIF"), "image/gif"),
    ("voice.ogg", "audio/ogg; codecs=opus", samples.VOICE, "audio/ogg"),
    ("voice.opus", "audio/ogg", samples.VOICE, "audio/ogg"),
    ("film.mp4", "video/mp4", samples.FILM, "video/mp4"),
    ("song.m4a", "audio/mp4", samples.FILM, "video/mp4"),
    ("song.m4a", "audio/x-m4a", b"\0\0\0\x20ftypM4A \0\0\0\0", "audio/mp4"),
    ("film.3gp", "video/3gpp", b"\0\0\0\x18ftyp3gp4\0\0\0\0isom", "video/3gpp"),
    ("song.mp3", "audio/mpeg", samples.SONG, "audio/mpeg"),
    ("song.aac", "audio/aac", b"\xff\xf1\x50\x80\x02\x1f\xfc", "audio/aac"),
    ("voice.amr", "audio/amr", b"#!AMR\n<<<<", "audio/amr"),
    ("paper.pdf", "application/pdf", samples.PDF, "application/pdf"),
    (
        "letter.docx",
        f"{OFFICE_PREFIX}wordprocessingml.document",
        samples.DOCX,
        f"{OFFICE_PREFIX}wordprocessingml.document",
    ),
    ("old.doc", "application/msword", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "application/msword"),
    ("old.xls", "application/vnd.ms-excel", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "application/msword"),
    ("all.zip", "application/x-zip-compressed", samples.ZIP, "application/zip"),
    ("notes.txt", "text/plain", "Selamat pagi ☀".encode(), "text/plain"),
    ("list.csv", "text/csv", b"a,b\n1,2\n", "text/plain"),
    ("list.csv", "application/vnd.ms-excel", b"a,b\n1,2\n", "text/plain"),
    ("data.json", "application/json", b'{"a": 1}', "text/plain"),
    ("me.vcf", "text/x-vcard", b"BEGIN:VCARD\r\nEND:VCARD\r\n", "text/vcard"),
    ("page.html", "text/html", samples.HTML, "text/html"),
    ("logo.svg", "image/svg+xml", samples.SVG, "image/svg+xml"),
    ("unknown.bin", "application/octet-stream", b"\x01\x02\x03\x04", ""),
]


@pytest.mark.parametrize(("name", "declared", "content", "media_type"), HONEST, ids=[row[0] + row[1] for row in HONEST])
def test_an_honest_file_is_recognised(name, declared, content, media_type):
    found = sniff(io.BytesIO(content))

    assert found.media_type == media_type
    assert not is_mismatch(found, name, clean_type(declared))


@pytest.mark.parametrize(("name", "declared", "content"), samples.POLYGLOTS.values(), ids=samples.POLYGLOTS)
def test_a_file_that_pretends_is_flagged(name, declared, content):
    assert is_mismatch(sniff(io.BytesIO(content)), name, declared)


@pytest.mark.parametrize(
    ("name", "declared", "content"),
    [
        ("cat.png", "image/png", samples.HTML),
        ("cat.png", "image/png", b""),
        ("cat.png", "image/png", b"\x01\x02\x03"),
        ("notes.txt", "text/plain", b"\x01\x00\x03"),
        ("page.html", "text/plain", b"plain"),
        ("film.swf", "video/mp4", b"FWS\x0a" + b"\0" * 40),
    ],
)
def test_content_that_is_not_what_it_says_is_flagged(name, declared, content):
    assert is_mismatch(sniff(io.BytesIO(content)), name, declared)


def test_text_cut_in_the_middle_of_a_letter_is_text():
    assert sniff(io.BytesIO(("x" + "é" * 4000).encode())).media_type == "text/plain"


def test_looking_leaves_the_file_at_its_beginning():
    content = io.BytesIO(samples.FILM)
    content.seek(7)

    sniff(content)

    assert content.tell() == 0
