"""Writing: replies with or without a file, notes, reactions."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from helpdesk.accounts.tenancy import workspace_scope
from helpdesk.files.actions.intake import accept
from helpdesk.files.models import StoredFile
from helpdesk.files.sniff import sniff
from helpdesk.realtime.cursor import current_cursor
from messaging.actions.outbox import sent_before
from messaging.actions.replies import react, refuse_media, send_media, send_text, write_note
from messaging.actions.waiting import HUMAN
from messaging.channels.whatsapp.limits import DOCUMENT_LIMIT, media_kind
from messaging.forms import NoteForm, ReactionForm, ReplyForm
from messaging.inbox import Inbox
from messaging.models import Conversation, Message
from messaging.thread import Thread
from messaging.views.conversations import PAGE, ConversationView, list_context


class Messages(ConversationView):
    """Replies. A file is taken in outside of any transaction, and only when it could be sent."""

    scoped = False
    body_limit = settings.UPLOAD_MAX_BYTES

    def post(self, request: HttpRequest, number: int) -> HttpResponse:
        with workspace_scope(self.workspace):
            reply = self.valid(ReplyForm, conversation=self.conversation)
            newer = self._unseen_reply(reply)
            if newer and not reply["anyway"]:
                return self._ask(reply, newer)
            if message := self._send(reply):
                return self._show(message)
        file = self._accept(reply["file"])
        with workspace_scope(self.workspace):
            return self._show(self._send_file(reply, file))

    def _send(self, reply: dict[str, Any]) -> Message | None:
        """Send what has no file, or find what this form sent before; None when there is a file to take in."""
        common = {"actor": self.member, "client_token": reply["client_token"]}
        if reply["mode"] == "note":
            return write_note(self.conversation, text=reply["text"], **common)
        if reply["file"] is None:
            return send_text(self.conversation, text=reply["text"], quoted=reply["quoted"], **common)
        if known := sent_before(self.conversation, self.member, reply["client_token"]):
            return known
        upload = reply["file"]
        kind = _kind(sniff(upload).media_type or upload.content_type, upload.size)
        refuse_media(self.conversation, kind=kind, caption=reply["text"])
        return None

    def _send_file(self, reply: dict[str, Any], file: StoredFile) -> Message:
        return send_media(
            self.conversation,
            actor=self.member,
            file=file,
            kind=_kind(file.sniffed_type or file.declared_type, file.size),
            caption=reply["text"],
            quoted=reply["quoted"],
            client_token=reply["client_token"],
        )

    def _show(self, message: Message) -> HttpResponse:
        thread = Thread(self.conversation, self.member).only({message.pk})
        return self.answer(thread=thread, parts=("header", "composer"))

    def _accept(self, upload: Any) -> StoredFile:
        return accept(
            self.workspace.pk,
            upload,
            name=upload.name,
            declared_type=upload.content_type or "",
            max_bytes=DOCUMENT_LIMIT.max_bytes,
            actor=self.member,
        )

    def _unseen_reply(self, reply: dict[str, Any]) -> Message | None:
        """A colleague's reply that was not on the page yet when this one was written."""
        if reply["mode"] == "note" or reply["seen"] is None:
            return None
        # Two that come at once wait for each other here, and the second sees the first.
        Conversation.objects.select_for_update().get(pk=self.conversation.pk)
        newer = Message.objects.filter(
            workspace_id=self.workspace.pk,
            conversation=self.conversation,
            direction=Message.Direction.OUT,
            origin__in=HUMAN,
            pk__gt=reply["seen"],
        )
        return newer.exclude(author=self.member).exclude(kind=Message.Kind.REACTION).order_by("-pk").first()

    def _ask(self, reply: dict[str, Any], newer: Message) -> HttpResponse:
        """Show the colleague's reply and keep the form as it was; sent once more, it goes out."""
        who = newer.author.name if newer.author else _("Somebody with the phone")
        thread = Thread(self.conversation, self.member)
        thread.draft, thread.quoted = reply["text"], reply["quoted"]
        thread.client_token = reply["client_token"]
        thread.warning = _("%(name)s replied meanwhile. Send yours as well?") % {"name": who}
        if self.request.headers.get("HX-Request"):
            return self.answer(thread=thread.only({newer.pk}), parts=("composer",))
        cursor, inbox = current_cursor(), Inbox(self.member, self.request.GET, selected=self.conversation.number)
        return self.render(PAGE, {"cursor": cursor, "thread": thread, **list_context(inbox)})


class Notes(ConversationView):
    def post(self, request: HttpRequest, number: int) -> HttpResponse:
        note = self.valid(NoteForm)
        message = write_note(self.conversation, actor=self.member, text=note["text"], client_token=note["client_token"])
        return self.answer(thread=Thread(self.conversation, self.member).only({message.pk}), parts=("composer",))


class Reactions(ConversationView):
    def post(self, request: HttpRequest, number: int, message: int) -> HttpResponse:
        target = get_object_or_404(Message, workspace=self.workspace, conversation=self.conversation, pk=message)
        react(self.conversation, actor=self.member, target=target, emoji=self.valid(ReactionForm)["emoji"])
        return self.answer(thread=Thread(self.conversation, self.member).only({target.pk}))


def _kind(media_type: str | None, size: int) -> Message.Kind:
    return Message.Kind(media_kind(media_type or "", size))
