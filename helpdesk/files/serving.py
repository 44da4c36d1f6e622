"""Answers that carry a file, so that nothing in it can run here: never a page of ours, never without a new check."""

import re
from typing import NamedTuple

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.http import parse_etags

from helpdesk.files import storage
from helpdesk.files.models import StoredFile
from helpdesk.files.names import content_disposition

UNKNOWN = "application/octet-stream"
COPY_TYPE = "image/webp"
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class Span(NamedTuple):
    start: int
    length: int
    is_part: bool = True


def download(file: StoredFile) -> HttpResponseBase:
    """Answer with the file as it came, to be saved, not shown. Raises FileNotFoundError."""
    if address := storage.address(file.key, name=file.name):
        return _guard(HttpResponseRedirect(address), "no-store")
    response = FileResponse(storage.read(file.key, 0, file.size), content_type=UNKNOWN)
    response.headers["Content-Length"] = str(file.size)
    response.headers["Content-Disposition"] = content_disposition("attachment", file.name)
    return _guard(response, "no-store")


def show_copy(request: HttpRequest, key: str) -> HttpResponseBase:
    """Answer with a copy that we encoded ourselves. Raises FileNotFoundError."""
    tag = f'"{key.rpartition("/")[2]}"'
    if tag in parse_etags(request.headers.get("If-None-Match", "")):
        return _guard(HttpResponse(status=304, headers={"ETag": tag}), "no-cache")
    with storage.fetch(key) as copy:
        response = HttpResponse(copy.read(), content_type=COPY_TYPE, headers={"ETag": tag})
    response.headers["Content-Disposition"] = "inline"
    return _guard(response, "no-cache")


def play(request: HttpRequest, file: StoredFile) -> HttpResponseBase:
    """Answer with a sound or a film, or the part of it that the player asks for. Raises FileNotFoundError."""
    tag = f'"{file.sha256}"'
    asked = request.headers.get("Range", "") if request.headers.get("If-Range", tag) == tag else ""
    span = find_span(asked, file.size)
    if span is None:
        return _guard(HttpResponse(status=416, headers={"Content-Range": f"bytes */{file.size}"}), "no-cache")
    response = FileResponse(storage.read(file.key, span.start, span.length), content_type=file.sniffed_type)
    if span.is_part:
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {span.start}-{span.start + span.length - 1}/{file.size}"
    response.headers["Content-Length"] = str(span.length)
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["ETag"] = tag
    response.headers["Content-Disposition"] = content_disposition("inline", file.name)
    return _guard(response, "no-cache", "media-src 'self'")


def find_span(header: str, size: int) -> Span | None:
    """Return what a Range header asks for; the whole when it says nothing that we know, None when it lies outside."""
    found = RANGE.fullmatch(header.strip())
    first, last = found.groups() if found else ("", "")
    if not first and not last or first and last and int(last) < int(first):
        return Span(0, size, is_part=False)
    start = int(first) if first else max(size - int(last), 0)
    end = min(int(last), size - 1) if first and last else size - 1
    return Span(start, end - start + 1) if start <= end else None


def _guard(response: HttpResponseBase, caching: str, *sources: str) -> HttpResponseBase:
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "; ".join(["sandbox", "default-src 'none'", *sources])
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = f"private, {caching}"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
