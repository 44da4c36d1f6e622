"""Every address of the product, grouped by who uses it."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from helpdesk.accounts.signin import closed
from helpdesk.api.app import api
from helpdesk.health import healthz, readyz
from messaging.api import router as messaging_api

api.add_router("", messaging_api)

urlpatterns = [
    # People
    path("", RedirectView.as_view(pattern_name="accounts:workspaces")),
    # The address somebody signs in with is theirs by invitation; a new one would be proved by nothing.
    re_path("^accounts/(?:email|confirm-email|login/code)/", closed),
    path("accounts/", include("allauth.account.urls")),
    path("workspaces/", include("helpdesk.accounts.urls")),
    path("", include("messaging.urls")),
    path("", include("helpdesk.files.urls")),
    # Programs
    path("api/v1/", api.urls),
    # Operators
    path("admin/", admin.site.urls),
    path("healthz", healthz),
    path("readyz", readyz),
]

if settings.SIMULATOR:
    urlpatterns += [path("simulator/", include("messaging.simulator.urls"))]

handler400 = "helpdesk.errors.bad_request"
handler403 = "helpdesk.errors.forbidden"
handler404 = "helpdesk.errors.not_found"
handler429 = "helpdesk.errors.too_many_requests"  # allauth's, for its limits
handler500 = "helpdesk.errors.server_error"
