"""The customer's file from the provider into our storage. Runs between scopes, on the network."""

from collections.abc import Iterator

from helpdesk.errors import RuleViolation
from helpdesk.files.actions.intake import accept
from helpdesk.files.models import StoredFile
from helpdesk.files.storage import StorageUnavailable
from messaging.channels.whatsapp.client import CloudClient
from messaging.channels.whatsapp.errors import Action, Failure, NotRead
from messaging.channels.whatsapp.limits import DOCUMENT_LIMIT
from messaging.channels.whatsapp.outbound import client_for
from messaging.models import Message


def fetch_file(message: Message) -> StoredFile | Failure:
    """Fetch a message's file, whose address is asked anew for it lives five minutes, and keep it.

    A failure is returned, not raised.
    """
    wanted = message.payload.get("media") or {}
    with client_for(message.channel) as client:
        try:
            return accept(
                message.workspace_id,
                _content(client, wanted),
                name=wanted.get("filename") or "",
                declared_type=wanted.get("mime_type") or "",
                max_bytes=DOCUMENT_LIMIT.max_bytes,
                actor=None,
            )
        except Failure as failure:
            return failure
        except StorageUnavailable as trouble:
            return NotRead(Action.RETRY, text=str(trouble))
        except RuleViolation as refusal:
            return NotRead(Action.FAIL, text=refusal.sentence)


def _content(client: CloudClient, wanted: dict[str, str]) -> Iterator[bytes]:
    if wanted.get("id"):
        _info, pieces = client.fetch(wanted["id"], max_bytes=DOCUMENT_LIMIT.max_bytes)
        yield from pieces
    else:
        yield from client.download(wanted.get("url", ""), max_bytes=DOCUMENT_LIMIT.max_bytes)
