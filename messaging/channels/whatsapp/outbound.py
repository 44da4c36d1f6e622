"""From a message row to the provider: what to send, and what came of it. Runs between scopes, on the network."""

from datetime import timedelta
from functools import partial

from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.tenancy import assert_no_transaction
from helpdesk.files.actions.intake import open_file
from helpdesk.files.storage import StorageUnavailable
from messaging.channels.whatsapp import events, payloads
from messaging.channels.whatsapp.answers import SendResult
from messaging.channels.whatsapp.client import CloudClient
from messaging.channels.whatsapp.errors import Action, Failure, NotSent
from messaging.models import Channel, Message

Kind = Message.Kind
Outcome = SendResult | Failure
FRESH = timedelta(seconds=60)


def client_for(channel: Channel) -> CloudClient:
    """Return the provider's client for the channel's account."""
    return CloudClient(
        base_url=channel.provider_url,
        version=channel.provider_version,
        token=channel.access_token,
        phone_number_id=channel.phone_number_id,
        auth_header=channel.auth_header,
        before_request=partial(assert_no_transaction, "To call the provider"),
    )


def transmit(message: Message) -> Outcome:
    """Send a claimed message once and say what came of it; a failure is returned, never raised."""
    with client_for(message.channel) as client:
        try:
            payload = _payload(message, client)
        except StorageUnavailable as trouble:
            return NotSent(Action.RETRY, text=str(trouble))
        except FileNotFoundError:
            return NotSent(Action.FAIL, text=_("The file is gone."))
        except Failure as failure:
            return failure
        if message.attempted_at is None or timezone.now() - message.attempted_at > FRESH:
            return NotSent(Action.RETRY, text=_("The attempt is stale."))
        try:
            return client.send(payload)
        except Failure as failure:
            return failure


def _payload(message: Message, client: CloudClient) -> payloads.Payload:
    envelope = _envelope(message)
    if message.kind == Kind.TEXT:
        return payloads.text(envelope, message.text)
    if message.kind == Kind.REACTION:
        return payloads.reaction(envelope, message.quoted_external_id, message.text)
    if message.kind == Kind.INTERACTIVE:
        buttons = [(button["id"], button["title"]) for button in message.payload["buttons"]]
        return payloads.reply_buttons(envelope, message.text, buttons)
    if message.kind == Kind.TEMPLATE:
        template = message.payload["template"]
        content = {"name": template["name"], "language": {"code": template["language"]}}
        return envelope.around("template", content | {"components": template.get("components", [])}, with_quote=False)
    return _media(message, envelope, client)


def _envelope(message: Message) -> payloads.Envelope:
    address = message.conversation.address
    return payloads.Envelope(
        phone=address.phone or None,
        user_id=address.user_id or None,
        quoted_id=message.quoted_external_id,
        callback_id=str(message.callback_id),
    )


def _media(message: Message, envelope: payloads.Envelope, client: CloudClient) -> payloads.Payload:
    file = message.media
    if file is None:
        raise FileNotFoundError
    with open_file(file) as content:
        media_id = client.upload(content, mime_type=file.sniffed_type or file.declared_type, filename=file.name)
    return payloads.media(envelope, events.Kind(message.kind), media_id, caption=message.text, filename=file.name)
