"""Reads `multipart/form-data`, byte for byte."""

import re
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser

from .errors import GraphError


@dataclass(frozen=True)
class Part:
    """One field of the form; `filename` is empty for plain values."""

    content: bytes
    filename: str
    content_type: str


def read_form(content_type: str, body: bytes) -> dict[str, Part]:
    """The fields by name; raises GraphError 100 for anything else."""
    boundary = re.search(r'boundary="?([^";,]+)"?', content_type)
    if not content_type.lower().startswith("multipart/form-data") or not boundary:
        raise GraphError(100, "The body must be multipart/form-data.")
    mark = b"\r\n--" + boundary[1].encode()
    fields = {}
    for raw in (b"\r\n" + body).split(mark)[1:-1]:
        head, separator, content = raw.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        if not separator:
            raise GraphError(100, "A part of the form has no header.")
        headers = HeaderParser().parsestr(head.decode("utf-8", "replace"))
        fields[_parameter(headers, "name")] = Part(
            content, _parameter(headers, "filename"), headers.get("Content-Type", "")
        )
    return fields


def _parameter(headers: Message, name: str) -> str:
    value = headers.get_param(name, "", header="Content-Disposition")
    return value if isinstance(value, str) else ""
