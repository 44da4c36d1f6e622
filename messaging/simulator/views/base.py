"""What all pages and acts of the phone share."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views import View

from helpdesk.errors import RuleViolation, error_page
from messaging.simulator.client import SimulatorIsDown
from messaging.simulator.scene import Scene


class SimulatorView(View):
    """A page or an act on one phone; POSTs carry a token, so no other site can make them."""

    scene: Scene

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.SIMULATOR:
            raise Http404
        try:
            told = request.POST if request.method == "POST" else request.GET
            self.scene = Scene(told.get("channel", ""), told.get("phone", ""))
            zone = self.scene.channel.workspace.time_zone if self.scene.channel else settings.TIME_ZONE
            with timezone.override(zone):
                return super().dispatch(request, *args, **kwargs)
        except SimulatorIsDown:
            return render(request, "simulator/down.html", status=503)
        except RuleViolation as refusal:
            return self.refuse(409, refusal.sentence)

    def valid(self, form_class: type[forms.Form]) -> dict[str, Any] | None:
        """The cleaned input, or nothing after remembering the first error."""
        form = form_class(self.request.POST, self.request.FILES)
        self.error = next((str(error) for errors in form.errors.values() for error in errors), "")
        return form.cleaned_data if form.is_valid() else None

    def refuse(self, status: int, sentence: str) -> HttpResponse:
        """Say no: over the page for its own request, as a page otherwise."""
        if not self.request.headers.get("HX-Request"):
            return error_page(self.request, status, sentence)
        return render(self.request, "errors/_refusal.html", {"sentence": sentence}, status=status)
