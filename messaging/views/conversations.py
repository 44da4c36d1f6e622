"""The inbox, the conversation in it, and what changed since a page was made."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect

from helpdesk.accounts.permissions import Permission
from helpdesk.realtime.cursor import Change, Reset, current_cursor, events_since
from helpdesk.views import WorkspaceView
from messaging.actions.merging import MERGED
from messaging.actions.reading import read_conversation
from messaging.inbox import Inbox
from messaging.models import Conversation, Message
from messaging.thread import Thread

PAGE = "messaging/inbox/page.html"
CHANGES = "messaging/inbox/_changes.html"


class InboxPage(WorkspaceView):
    """The list of conversations; with `after`, its next page."""

    permission = Permission.CONVERSATIONS_VIEW
    parts = {
        "inbox-list": "messaging/inbox/_list.html",
        "older-rows": "messaging/inbox/_page.html",
        "thread": "messaging/thread/_opened.html",
    }

    def get(self, request: HttpRequest) -> HttpResponse:
        cursor = current_cursor()
        inbox = Inbox(self.member, request.GET)
        template = self.parts.get(request.headers.get("HX-Target", ""), PAGE)
        return self.render(template, {"cursor": cursor, **list_context(inbox)})


class ConversationView(WorkspaceView):
    """Anything about one conversation that the member may see."""

    permission = Permission.CONVERSATIONS_REPLY
    conversation: Conversation

    def prepare(self, **kwargs: Any) -> None:
        visible = Conversation.objects.visible_to(self.member).with_people().select_related("workspace")
        self.conversation = get_object_or_404(visible, number=kwargs["number"])

    def answer(
        self, *, thread: Thread | None = None, parts: tuple[str, ...] = (), removed_messages: list[int] | None = None
    ) -> HttpResponse:
        """Show what an action changed: the parts of the page in place, or the page again without JavaScript."""
        if not self.request.headers.get("HX-Request"):
            return redirect("messaging:conversation", self.workspace.slug, self.conversation.number)
        self.prepare(number=self.conversation.number)
        inbox = Inbox(self.member, QueryDict(self.shown_page().query), selected=self.conversation.number)
        rows, removed = inbox.rows_of({self.conversation.pk})
        if thread:
            thread.conversation = self.conversation
        context = {"tabs": inbox.tabs, "rows": rows, "removed": removed, "thread": thread, "parts": parts}
        return self.render(CHANGES, {**context, "removed_messages": removed_messages or []})


class ConversationPage(ConversationView):
    """A conversation with the list beside it; opening it reads it."""

    permission = Permission.CONVERSATIONS_VIEW
    parts = {"thread": "messaging/thread/_opened.html", "older-messages": "messaging/thread/_page.html"}

    def get(self, request: HttpRequest, number: int) -> HttpResponse:
        cursor = current_cursor()
        read_conversation(self.conversation, actor=self.member)
        inbox = Inbox(self.member, request.GET, selected=number)
        thread = Thread(self.conversation, self.member, request.GET)
        template = self.parts.get(request.headers.get("HX-Target", ""), PAGE)
        if template == self.parts["older-messages"]:
            return self.render(template, {"thread": thread})
        return self.render(template, {"cursor": cursor, "thread": thread, **list_context(inbox)})


class Changes(WorkspaceView):
    """What changed after `cursor`, as parts for the page that asks: its list, and its conversation if one is open."""

    permission = Permission.CONVERSATIONS_VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        cursor = current_cursor()
        changed = events_since(self.workspace.pk, request.GET.get("cursor", ""))
        if isinstance(changed, Reset):
            return load_again()
        number = request.GET.get("conversation", "")
        number = number if number.isascii() and number.isdigit() and len(number) < 19 else "0"
        conversations = {change.subject for change in changed if change.kind in ("message", "conversation", MERGED)}
        open_one = Conversation.objects.visible_to(self.member).with_people().filter(number=int(number)).first()
        merged = {change.part: change.subject for change in changed if change.kind == MERGED}
        if open_one and open_one.pk in merged.values():
            return load_again()
        context = self._thread_changes(open_one, changed) if open_one and open_one.pk in conversations else {}
        inbox = Inbox(self.member, request.GET, selected=int(number))
        rows, removed = inbox.rows_of(conversations)
        context |= {"tabs": inbox.tabs, "rows": rows, "removed": [*removed, *merged]}
        response = self.render(CHANGES, context)
        response.headers["X-Cursor"] = cursor
        return response

    def _thread_changes(self, conversation: Conversation, changed: list[Change]) -> dict[str, Any]:
        ours = [change for change in changed if change.kind == "message" and change.subject == conversation.pk]
        messages = {change.part for change in ours if change.part is not None}
        known = Message.objects.filter(workspace_id=self.workspace.pk, conversation=conversation, pk__in=messages)
        gone = messages - set(known.values_list("pk", flat=True))
        read_conversation(conversation, actor=self.member)
        thread = Thread(conversation, self.member).only(messages)
        return {"thread": thread, "removed_messages": sorted(gone), "parts": ("header", "details", "state")}


def load_again() -> HttpResponse:
    """Too much has changed for parts: the page loads everything again."""
    return HttpResponse(status=205, headers={"HX-Refresh": "true"})


def list_context(inbox: Inbox) -> dict[str, Any]:
    return {"tabs": inbox.tabs, "statuses": inbox.statuses, "rows": inbox.rows, "next_url": inbox.next_url}
