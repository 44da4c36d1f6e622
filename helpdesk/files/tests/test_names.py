import pytest
from django.http import HttpResponse

from helpdesk.files.names import clean_name, clean_type, content_disposition
from helpdesk.files.tests.samples import HOSTILE_NAMES


@pytest.mark.parametrize("declared", HOSTILE_NAMES, ids=ascii)
def test_a_name_is_short_visible_and_without_folders(declared):
    name = clean_name(declared)

    assert 0 < len(name) <= 200
    assert not {"/", "\\", "\0", "\r", "\n", "\u200b", "\u202e", "\u2028"} & set(name)
    assert not name.startswith(".")
    assert name.encode()


@pytest.mark.parametrize(
    ("declared", "name"),
    [
        ("report.pdf", "report.pdf"),
        ("../../x", "x"),
        ("\u200b.htaccess", "htaccess"),
        ("a\r\nb.txt", "ab.txt"),
        ("  two   words .txt", "two words .txt"),
        ("CON", "_CON"),
        ("con.txt", "_con.txt"),
        ("console.txt", "console.txt"),
        ("", "file.jpg"),
        ("..", "file.jpg"),
        ("n" * 300 + ".pdf", "n" * 196 + ".pdf"),
        ("n" * 300, "n" * 200),
        ("日本語.pdf", "日本語.pdf"),
    ],
    ids=ascii,
)
def test_what_is_left_of_a_name(declared, name):
    assert clean_name(declared, ".jpg") == name


@pytest.mark.parametrize(
    ("declared", "media_type"),
    [
        ("image/JPEG", "image/jpeg"),
        ("audio/ogg; codecs=opus", "audio/ogg"),
        ("", ""),
        ("nonsense", ""),
        ("text/html\r\nX: y", ""),
        ("a/" + "b" * 200, ""),
    ],
)
def test_what_is_left_of_a_declared_type(declared, media_type):
    assert clean_type(declared) == media_type


def test_a_header_carries_an_ascii_name_and_the_real_one():
    assert content_disposition("attachment", "Résumé 😀.pdf") == (
        "attachment; filename=\"Resume _.pdf\"; filename*=UTF-8''R%C3%A9sum%C3%A9%20%F0%9F%98%80.pdf"
    )


def test_a_name_cannot_leave_its_quotes():
    assert content_disposition("attachment", 'a";x=y.html') == (
        "attachment; filename=\"a__x=y.html\"; filename*=UTF-8''a%22%3Bx%3Dy.html"
    )


@pytest.mark.parametrize("declared", HOSTILE_NAMES, ids=ascii)
def test_every_cleaned_name_makes_a_header(declared):
    header = content_disposition("attachment", clean_name(declared))

    assert HttpResponse(headers={"Content-Disposition": header}).headers["Content-Disposition"] == header
