"""Errors of the API as RFC 9457 problem documents."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse


class Problem(Exception):
    """An answer that is not a success: a status and one sentence."""

    def __init__(self, status: int, detail: str):
        super().__init__(detail)
        self.status, self.detail = status, detail


def problem(request: HttpRequest, status: int, detail: str, **more: object) -> HttpResponse:
    """Render a problem document. `more` are members of its own."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}
    return JsonResponse(body, status=status, content_type="application/problem+json")
