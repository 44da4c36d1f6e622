import pytest

from helpdesk.errors import RuleViolation
from messaging.channels.whatsapp.events import Kind
from messaging.channels.whatsapp.limits import media_kind, readable_size

KB, MB = 1_024, 1_024 * 1_024


@pytest.mark.parametrize(
    ("mime_type", "most", "kind"),
    [
        ("image/jpeg", 5 * MB, Kind.IMAGE),
        ("IMAGE/PNG", 5 * MB, Kind.IMAGE),
        ("audio/ogg; codecs=opus", 16 * MB, Kind.AUDIO),
        ("audio/mp4", 16 * MB, Kind.AUDIO),
        ("video/3gpp", 16 * MB, Kind.VIDEO),
        ("image/webp", 100 * KB, Kind.STICKER),
        ("application/pdf", 100 * MB, Kind.DOCUMENT),
        ("text/plain", 100 * MB, Kind.DOCUMENT),
        ("application/x-unheard-of", 100 * MB, Kind.DOCUMENT),
    ],
)
def test_a_file_up_to_its_limit(mime_type, most, kind):
    assert media_kind(mime_type, 1) == kind
    assert media_kind(mime_type, most) == kind
    with pytest.raises(RuleViolation, match=readable_size(most)):
        media_kind(mime_type, most + 1)


def test_an_animated_sticker_may_be_larger():
    assert media_kind("image/webp", 500 * KB, is_animated=True) == Kind.STICKER
    with pytest.raises(RuleViolation, match="500 KB"):
        media_kind("image/webp", 500 * KB + 1, is_animated=True)


@pytest.mark.parametrize(
    ("mime_type", "sentence"),
    [
        ("image/gif", "WhatsApp takes pictures as JPEG or PNG, up to 5 MB."),
        ("image/heic", "WhatsApp takes pictures as JPEG or PNG, up to 5 MB."),
        ("audio/wav", "WhatsApp takes sound as AAC, AMR, MP3, M4A or OGG, up to 16 MB."),
        ("video/webm", "WhatsApp takes videos as MP4 or 3GP, up to 16 MB."),
    ],
)
def test_a_wrong_type_is_refused_with_the_right_ones(mime_type, sentence):
    with pytest.raises(RuleViolation) as refused:
        media_kind(mime_type, 10)

    assert refused.value.sentence == sentence


def test_what_is_just_too_large_does_not_read_like_the_limit():
    with pytest.raises(RuleViolation) as refused:
        media_kind("image/png", 5 * MB + 1)

    assert refused.value.sentence == "This picture has 5.1 MB; WhatsApp takes pictures up to 5 MB."


def test_an_empty_file_is_refused():
    with pytest.raises(RuleViolation, match=r"^This file is empty\.$"):
        media_kind("image/png", 0)
