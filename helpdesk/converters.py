"""Path converters."""

from django.urls.converters import IntConverter


class NumberConverter(IntConverter):
    """A positive number that fits a bigint; anything else is no address of ours."""

    regex = "[1-9][0-9]{0,17}"
