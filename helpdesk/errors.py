"""Errors that people see, and the pages that show them."""

import logging
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from psycopg_pool import PoolTimeout

from helpdesk.templating.words import render_in

logger = logging.getLogger(__name__)


class RuleViolation(Exception):
    """A rule of the product refused. Carries one whole sentence for the person; shown with status 409."""

    def __init__(self, sentence: str):
        super().__init__(sentence)
        self.sentence = sentence


def error_page(request: HttpRequest, status: int, sentence: str = "") -> HttpResponse:
    """Render `templates/errors/<status>.html`, in the language of the member who asked when the view knows them."""
    member = getattr(request, "member", None)
    language = member.language if member else translation.get_language()
    return render_in(language, request, f"errors/{status}.html", {"sentence": sentence}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 404)


def too_many_requests(request: HttpRequest) -> HttpResponse:
    response = error_page(request, 429)
    response.headers["Retry-After"] = "60"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    return error_page(request, 500)


class DatabaseAway:
    """Answers 503 while the database is out of reach, so that callers come again instead of giving up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, OperationalError | InterfaceError | PoolTimeout):
            return None
        logger.error("the database is away: %s", exception)
        response = error_page(request, 503)
        response.headers["Retry-After"] = "5"
        return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return error_page(request, 403, _("This page was open too long or in another tab. Reload it and try again."))
