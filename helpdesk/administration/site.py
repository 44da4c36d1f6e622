"""The admin's front door and the scope that its pages work in."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.tenancy import system_scope

View = Callable[..., Any]


class AdministrationSite(AdminSite):
    """Installation staff alone get in, by the same door as everybody; each page is one system scope."""

    site_header = _("Help desk administration")
    site_title = _("Administration")
    site_url = "/workspaces/"

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        inner = super().admin_view(_scoped(view), cacheable)

        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            response: HttpResponse = inner(request, *args, **kwargs)
            return response

        return update_wrapper(checked, inner)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send people to the one sign-in page: a second door would be one without a second factor."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next", "") or reverse("admin:index"))


def _scoped(view: View) -> View:
    """Run a view in a system scope, and its template too, which would otherwise be rendered after it."""

    def scoped(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        with system_scope("the admin"):
            response = view(request, *args, **kwargs)
            return response.render() if hasattr(response, "render") else response

    return update_wrapper(scoped, view)
