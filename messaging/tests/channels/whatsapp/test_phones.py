import pytest

from helpdesk.errors import RuleViolation
from messaging.channels.whatsapp.phones import e164, same_phone, typed_number, variants


@pytest.mark.parametrize(
    ("written", "phone"),
    [
        ("628123456789", "+628123456789"),
        ("+62 812-3456-789", "+628123456789"),
        ("(62) 812.3456.789", "+628123456789"),
        ("5215512345678", "+5215512345678"),  # the library calls it impossible, and it writes to us
        ("15550001111", "+15550001111"),
        ("1", "+1"),
    ],
)
def test_what_the_provider_names_is_never_validated(written, phone):
    assert e164(written) == phone


@pytest.mark.parametrize("written", ["", "+", "PHONE", "US.123", "120363040469423382", "٦٢٨١٢", "62+812", "62812x"])
def test_what_is_no_number_is_none(written):
    assert e164(written) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("+5215512345678", "+525512345678"),
        ("+5511987654321", "+551187654321"),
        ("+5491123456789", "+541123456789"),
    ],
)
def test_two_spellings_of_one_number_find_each_other(one, other):
    assert variants(one) == (one, other)
    assert variants(other) == (other, one)
    assert same_phone(one, other)


@pytest.mark.parametrize("phone", ["+628123456789", "+551132654321", "+15550001111", "+4915112345678"])
def test_most_numbers_have_one_spelling(phone):
    assert variants(phone) == (phone,)


def test_nobody_is_not_the_same_as_nobody():
    assert not same_phone(None, None)
    assert not same_phone("+628123456789", "+628123456780")


@pytest.mark.parametrize(
    ("typed", "region", "phone"),
    [
        ("08123456789", "ID", "+628123456789"),
        ("0812-3456-789", "id", "+628123456789"),
        ("8123456789", "ID", "+628123456789"),
        ("628123456789", "ID", "+628123456789"),
        ("+62 0 8123456789", "ID", "+628123456789"),
        ("+62-812-3456-789", "", "+628123456789"),
        ("00628123456789", "ID", "+628123456789"),
        (" +44 20 7946 0018 ", "ID", "+442079460018"),
        ("011 15 2345-6789", "AR", "+5491123456789"),
        ("+5215512345678", "MX", "+5215512345678"),
    ],
)
def test_a_typed_number(typed, region, phone):
    assert typed_number(typed, region).phone == phone


def test_a_typed_number_of_no_known_range_is_doubted_not_refused():
    assert typed_number("+62 812 3456 789", "ID").doubt == ""
    assert typed_number("+1 555 000 1111", "ID").doubt == (
        "No known range holds +15550001111. Check it before you send."
    )


@pytest.mark.parametrize(
    ("typed", "region", "sentence"),
    [
        ("", "ID", "Write a phone number, such as +62 812 3456 7890."),
        ("Sari", "ID", "Write a phone number, such as +62 812 3456 7890."),
        ("8123456789", "", "Start the number with + and its country code."),
        ("+62 81", "ID", "+62 81 is too short or too long for a phone number."),
        ("+62 812 3456 7890 1234", "ID", "+62 812 3456 7890 1234 is too short or too long for a phone number."),
        ("+999 1234567", "ID", "Write a phone number, such as +62 812 3456 7890."),
    ],
)
def test_a_typed_number_is_refused_in_a_sentence(typed, region, sentence):
    with pytest.raises(RuleViolation) as refused:
        typed_number(typed, region)

    assert refused.value.sentence == sentence
