"""Where the provider calls: verify, store, commit, answer. Nothing else happens before the 200."""

import hmac

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from helpdesk.accounts.tenancy import system_scope, workspace_scope
from messaging.actions.deliveries import store_delivery
from messaging.channels.whatsapp.signature import verify_signature
from messaging.models import Channel

LONGEST_CHALLENGE = 256


@method_decorator(csrf_exempt, name="dispatch")
class WhatsAppWebhook(View):
    """The webhook of one channel. The unguessable address finds the channel, the signature proves the sender."""

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Answer the provider's handshake: its challenge as plain text, if it knows our verify token.

        Source: the provider's "create a webhook endpoint" page; it repeats this at each change of address or token.
        """
        channel = _channel(public_id)
        token = request.GET.get("hub.verify_token", "")
        knows = bool(channel and channel.verify_token) and hmac.compare_digest(
            token.encode(), channel.verify_token.encode() if channel else b""
        )
        if not knows or request.GET.get("hub.mode") != "subscribe":
            return HttpResponse(status=403, content_type="text/plain")
        return HttpResponse(request.GET.get("hub.challenge", "")[:LONGEST_CHALLENGE], content_type="text/plain")

    def post(self, request: HttpRequest, public_id: str) -> HttpResponse:
        raw = _body(request)
        if raw is None:
            return HttpResponse(status=413)
        channel = _channel(public_id)
        if channel is None or not verify_signature(raw, request.headers, channel.app_secret):
            return HttpResponse(status=401)
        with workspace_scope(channel.workspace_id):
            store_delivery(channel, raw, headers=request.headers)
        return HttpResponse(status=200)


def _channel(public_id: str) -> Channel | None:
    if not public_id.isprintable():
        return None
    with system_scope("find the channel of a webhook"):
        return Channel.objects.filter(public_id=public_id, kind=Channel.Kind.WHATSAPP).first()


def _body(request: HttpRequest) -> bytes | None:
    """Return the raw body, or None when it is over the limit.

    Django takes a body without a length, sent in chunks, for an empty one; a server that marks the end lets us read it.
    """
    limit = settings.WEBHOOK_MAX_BYTES
    length = request.META.get("CONTENT_LENGTH") or ""
    if not length and request.META.get("wsgi.input_terminated"):
        raw: bytes = request.META["wsgi.input"].read(limit + 1)
        return raw if len(raw) <= limit else None
    if length and not (length.isascii() and length.isdigit() and int(length[:12]) <= limit):
        return None
    return request.body
