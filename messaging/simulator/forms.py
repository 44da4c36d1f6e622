"""What the phone page posts."""

from typing import Any

import phonenumbers
from django import forms
from django.utils.translation import gettext_lazy as _

from messaging.simulator.trouble import END, TROUBLES

FILE_LIMIT = 16 * 1024 * 1024


class CustomerForm(forms.Form):
    """A customer who has not written before."""

    name = forms.CharField(max_length=80, label=_("Name"))
    phone = forms.CharField(max_length=32, label=_("Phone number"))

    def clean_phone(self) -> str:
        """The number with its country code."""
        try:
            number = phonenumbers.parse(self.cleaned_data["phone"], None)
        except phonenumbers.NumberParseException:
            number = None
        if number is None or not phonenumbers.is_possible_number(number):
            raise forms.ValidationError(_("Write the number with its country code, like +62 812 555 0140."))
        return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


class MessageForm(forms.Form):
    """Words, a file, or one of the samples."""

    SAMPLES = ("image", "voice", "document", "sticker", "location", "contacts")

    sample = forms.ChoiceField(choices=[(kind, kind) for kind in SAMPLES], required=False)
    text = forms.CharField(max_length=4096, required=False)
    file = forms.FileField(required=False)
    quoted = forms.CharField(max_length=200, required=False)
    edited = forms.CharField(max_length=200, required=False)

    def clean_file(self) -> Any:
        """Files of up to 16 MB."""
        file = self.cleaned_data["file"]
        if file and file.size > FILE_LIMIT:
            raise forms.ValidationError(_("The phone sends files of up to 16 MB."))
        return file

    def clean(self) -> dict[str, Any]:
        """Something must be said."""
        found = super().clean() or {}
        if not (found.get("sample") or found.get("text") or found.get("file") or self.errors):
            raise forms.ValidationError(_("Write something first."))
        return found


class AnswerForm(forms.Form):
    """A message id and, after a space, what to do with it."""

    answer = forms.CharField(max_length=600)

    def clean_answer(self) -> tuple[str, str]:
        """Both halves."""
        wamid, _space, rest = self.cleaned_data["answer"].partition(" ")
        return wamid, rest


class FaultForm(forms.Form):
    """Which trouble comes next."""

    kind = forms.ChoiceField(choices=[(kind, kind) for kind in (*TROUBLES, END)])


class SwitchForm(forms.Form):
    """On or off."""

    on = forms.BooleanField(required=False)
