"""The phone page and the files on its screen."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from helpdesk.errors import RuleViolation
from messaging.simulator.client import Simulator, SimulatorIsDown
from messaging.simulator.forms import CustomerForm
from messaging.simulator.views.base import SimulatorView

SHOWN_INLINE = ("image/jpeg", "image/png", "image/webp", "audio/ogg", "audio/mpeg", "audio/mp4", "video/mp4")


class PhonePage(SimulatorView):
    """The whole page."""

    def get(self, request: HttpRequest) -> HttpResponse:
        context = {"scene": self.scene, "customer_form": CustomerForm()}
        context |= {"quoted": request.GET.get("quoted", ""), "edited": request.GET.get("edited", "")}
        return render(request, "simulator/page.html", context)


class Media(View):
    """A file of a chat. Only types that cannot carry a script are shown in place."""

    def get(self, request: HttpRequest, media_id: int) -> HttpResponse:
        if not settings.SIMULATOR:
            raise Http404
        try:
            content, mime_type = Simulator().media(str(media_id))
        except (SimulatorIsDown, RuleViolation):
            raise Http404 from None
        kind = mime_type.partition(";")[0].strip()
        shown = kind in SHOWN_INLINE
        response = HttpResponse(content, content_type=kind if shown else "application/octet-stream")
        response["Content-Disposition"] = "inline" if shown else "attachment"
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Security-Policy"] = "sandbox; default-src 'none'"
        response["Cache-Control"] = "private, max-age=3600"
        return response
