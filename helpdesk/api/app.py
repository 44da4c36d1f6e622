"""The API: its authentication, its errors and its document. Apps bring their own routers."""

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, ValidationError

from helpdesk.api.auth import Bearer
from helpdesk.api.problems import Problem, problem
from helpdesk.errors import RuleViolation

api = NinjaAPI(title="Help desk", version="1", auth=Bearer(), urls_namespace="api", docs_url="/docs")


@api.exception_handler(AuthenticationError)
def unauthenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    response = problem(request, 401, "Send a valid bearer token.")
    response.headers["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [{"field": ".".join(map(str, each["loc"])), "message": each["msg"]} for each in error.errors]
    return problem(request, 422, "Some input is not valid.", errors=errors)


@api.exception_handler(RuleViolation)
def refused(request: HttpRequest, error: RuleViolation) -> HttpResponse:
    return problem(request, 409, error.sentence)


@api.exception_handler(Problem)
def known(request: HttpRequest, error: Problem) -> HttpResponse:
    return problem(request, error.status, error.detail)


@api.exception_handler(Http404)
def missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(request, 404, "There is nothing here.")
