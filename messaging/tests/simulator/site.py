"""The product's addresses with the phone page among them, as in development."""

from django.urls import include, path

from helpdesk import urls

urlpatterns = [*urls.urlpatterns, path("simulator/", include("messaging.simulator.urls"))]
handler404 = urls.handler404
