"""Errors that people see, and the pages that show them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


class RuleViolation(Exception):
    """A rule of the product refused. Carries one whole sentence for the person; shown with status 409."""

    def __init__(self, sentence: str):
        super().__init__(sentence)
        self.sentence = sentence


def error_page(request: HttpRequest, status: int, sentence: str = "") -> HttpResponse:
    """Render `templates/errors/<status>.html`."""
    return render(request, f"errors/{status}.html", {"sentence": sentence}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    return error_page(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return error_page(request, 403, _("This page was open too long or in another tab. Reload it and try again."))
