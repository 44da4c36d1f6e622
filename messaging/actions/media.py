"""The customer's files: fetched from the provider at once, kept here, tried for six days."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.models import Member
from helpdesk.errors import RuleViolation
from helpdesk.files.actions.removal import delete_file
from helpdesk.files.models import StoredFile
from helpdesk.jobs import enqueue
from helpdesk.realtime.publish import publish
from messaging.channels.whatsapp.errors import Action, Failure
from messaging.models import Message

GIVE_UP_AFTER = timedelta(days=6)
LONGEST_WAIT = 3600
MediaState = Message.MediaState


def pending_media(message_id: int) -> Message | None:
    """Return a message whose file is still to be fetched, with its channel."""
    waiting = Message.objects.filter(pk=message_id, media_state=MediaState.PENDING)
    return waiting.select_related("channel").first()


def settle_media(message: Message, fetched: StoredFile | Failure, *, attempts: int) -> float | None:
    """Write down what came of a fetch; return the seconds after which to try again, or None."""
    if isinstance(fetched, StoredFile):
        attach_media(message, fetched)
        return None
    return miss_media(message, attempts=attempts, gone=fetched.action == Action.FAIL)


@transaction.atomic
def attach_media(message: Message, file: StoredFile) -> None:
    """The file is here; one that another try brought before is kept."""
    message = Message.objects.select_for_update().get(pk=message.pk)
    if message.media_state == MediaState.STORED:
        delete_file(file)
        return
    message.media, message.media_state = file, MediaState.STORED
    message.save(update_fields=["media", "media_state"])
    publish(message.workspace_id, "message", message.conversation_id, message.pk)


@transaction.atomic
def miss_media(message: Message, *, attempts: int, gone: bool = False) -> float | None:
    """A fetch failed: return the seconds to wait before the next, or None when it is given up and says so."""
    if not gone and timezone.now() - message.created_at < GIVE_UP_AFTER:
        return float(min(5 * 2 ** min(attempts, 12), LONGEST_WAIT))
    message = Message.objects.select_for_update().get(pk=message.pk)
    if message.media_state != MediaState.PENDING:
        return None
    message.media_state = MediaState.FAILED
    message.save(update_fields=["media_state"])
    publish(message.workspace_id, "message", message.conversation_id, message.pk)
    return None


@transaction.atomic
def fetch_again(message: Message, *, actor: Member) -> Message:
    """A person asks for another try."""
    message = Message.objects.select_for_update().get(pk=message.pk)
    if message.media_state not in (MediaState.FAILED, MediaState.PENDING):
        raise RuleViolation(_("This file is here already."))
    message.media_state = MediaState.PENDING
    message.save(update_fields=["media_state"])
    enqueue("messaging.fetch_media", workspace_id=message.workspace_id, message_id=message.pk)
    publish(message.workspace_id, "message", message.conversation_id, message.pk)
    return message


def show_copies(file: StoredFile) -> None:
    """The small copies of a picture are made, or never will be: open pages show the message again."""
    shown = Message.objects.filter(workspace_id=file.workspace_id, media=file)
    for pk, conversation_id in shown.values_list("pk", "conversation_id"):
        publish(file.workspace_id, "message", conversation_id, pk)
