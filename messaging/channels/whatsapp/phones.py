"""Phone numbers: as WhatsApp writes them, as people type them, and the two spellings some countries have."""

import re
from dataclasses import dataclass

import phonenumbers
from django.utils.translation import gettext as _

from helpdesk.errors import RuleViolation

_PUNCTUATION = re.compile(r"[\s().\-\u00a0\u2010-\u2015]")
_DIGITS = re.compile(r"\+?([0-9]{1,15})")  # E.164 ends at 15; longer ones name groups

# One subscriber, two spellings: (pattern, the other spelling). WhatsApp keeps the old one where it knew it.
_ALIASES = (
    (re.compile(r"\+521([0-9]{10})"), r"+52\1"),  # Mexico, the dropped mobile 1
    (re.compile(r"\+52([0-9]{10})"), r"+521\1"),
    (re.compile(r"\+55([0-9]{2})9([6-9][0-9]{7})"), r"+55\1\2"),  # Brazil, the added ninth digit
    (re.compile(r"\+55([0-9]{2})([6-9][0-9]{7})"), r"+55\g<1>9\2"),
    (re.compile(r"\+549([0-9]{10})"), r"+54\1"),  # Argentina, the mobile 9
    (re.compile(r"\+54([0-9]{10})"), r"+549\1"),
)


@dataclass(frozen=True, slots=True)
class TypedNumber:
    """What a person typed; ``doubt`` is a sentence when the number is possible but in no known range."""

    phone: str
    doubt: str = ""


def e164(value: str) -> str | None:
    """A WhatsApp id or phone with plus; None when it is not a number.

    Never validates: Meta's ids may be numbers that the library calls impossible, and those people write to us.
    """
    match = _DIGITS.fullmatch(_PUNCTUATION.sub("", value))
    return f"+{match[1]}" if match else None


def variants(phone: str) -> tuple[str, ...]:
    """The number itself, then its other spelling; look a contact up by any of them, never rewrite the stored one."""
    return (phone, *(match.expand(other) for shape, other in _ALIASES if (match := shape.fullmatch(phone))))


def same_phone(one: str | None, other: str | None) -> bool:
    return bool(one and other and other in variants(one))


def typed_number(typed: str, region: str) -> TypedNumber:
    """The number a person typed, read as in ``region`` (two letters) unless it names a country.

    Raises `RuleViolation` when it cannot be a phone number.
    """
    plain = re.sub(r"^00", "+", _PUNCTUATION.sub("", typed.strip()))
    try:
        number = phonenumbers.parse(plain, region.upper() or None)
    except phonenumbers.NumberParseException:
        raise RuleViolation(_refusal(plain)) from None
    phone = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if e164(phone) is None or not any(_is_possible(spelling) for spelling in variants(phone)):
        raise RuleViolation(_("%(number)s is too short or too long for a phone number.") % {"number": typed.strip()})
    if not any(_is_valid(spelling) for spelling in variants(phone)):
        return TypedNumber(phone, _("No known range holds %(number)s. Check it before you send.") % {"number": phone})
    return TypedNumber(phone)


def _refusal(plain: str) -> str:
    if re.fullmatch(r"[0-9]+", plain):
        return _("Start the number with + and its country code.")
    return _("Write a phone number, such as +62 812 3456 7890.")


def _is_possible(phone: str) -> bool:
    return phonenumbers.is_possible_number(phonenumbers.parse(phone))


def _is_valid(phone: str) -> bool:
    return phonenumbers.is_valid_number(phonenumbers.parse(phone))
