"""The inbox, the conversation in it, and what changed since a page was made."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from helpdesk.accounts.permissions import Permission
from helpdesk.realtime.cursor import Reset, current_cursor, events_since
from helpdesk.views import WorkspaceView
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
        "thread": "messaging/thread/_thread.html",
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

    def prepare(self, *, number: int, **kwargs: Any) -> None:
        visible = Conversation.objects.visible_to(self.member).with_people().select_related("workspace")
        self.conversation = get_object_or_404(visible, number=number)

    def answer(
        self, *, thread: Thread | None = None, parts: tuple[str, ...] = (), removed_messages: list[int] | None = None
    ) -> HttpResponse:
        """Show what an action changed: the parts of the page in place, or the page again without JavaScript."""
        if not self.request.headers.get("HX-Request"):
            return redirect("messaging:conversation", self.workspace.slug, self.conversation.number)
        self.prepare(number=self.conversation.number)
        inbox = Inbox(self.member, self.request.GET, selected=self.conversation.number)
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
        number = request.GET.get("conversation", "")
        number = number if number.isascii() and number.isdigit() and len(number) < 19 else "0"
        inbox = Inbox(self.member, request.GET, selected=int(number))
        changed = events_since(self.workspace.pk, request.GET.get("cursor", ""))
        if isinstance(changed, Reset):
            return HttpResponse(status=205, headers={"HX-Refresh": "true"})
        conversations = {change.subject for change in changed if change.kind in ("message", "conversation")}
        rows, removed = inbox.rows_of(conversations)
        open_one = Conversation.objects.visible_to(self.member).with_people().filter(number=int(number)).first()
        context = {"tabs": inbox.tabs, "rows": rows, "removed": removed}
        if open_one and open_one.pk in conversations:
            context.update(self._thread_changes(open_one, changed))
        response = self.render(CHANGES, context)
        response.headers["X-Cursor"] = cursor
        return response

    def _thread_changes(self, conversation: Conversation, changed: list[Any]) -> dict[str, Any]:
        messages = {change.part for change in changed if change.kind == "message" and change.subject == conversation.pk}
        messages.discard(None)
        known = Message.objects.filter(workspace_id=self.workspace.pk, conversation=conversation, pk__in=messages)
        gone = messages - set(known.values_list("pk", flat=True))
        read_conversation(conversation, actor=self.member)
        thread = Thread(conversation, self.member).only(messages)
        return {"thread": thread, "removed_messages": sorted(gone), "parts": ("header", "details")}


def list_context(inbox: Inbox) -> dict[str, Any]:
    return {"tabs": inbox.tabs, "rows": inbox.rows, "next_url": inbox.next_url}
