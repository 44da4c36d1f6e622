"""Where a request comes from: for the audit log and for limits."""

from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from helpdesk.audit.record import origin_ip


class VisitorAddress:
    """Puts the visitor's address into REMOTE_ADDR and beside what is recorded while the request is answered.

    Behind a proxy it is what the proxy added to X-Forwarded-For: the last; those before it are the visitor's word.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        told = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        if settings.BEHIND_PROXY and _is_address(told):
            request.META["REMOTE_ADDR"] = told
        before = origin_ip.set(request.META.get("REMOTE_ADDR"))
        try:
            return self.get_response(request)
        finally:
            origin_ip.reset(before)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
