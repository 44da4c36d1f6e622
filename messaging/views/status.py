"""Whose a conversation is, and whether it goes on."""

from django.http import HttpRequest, HttpResponse

from messaging.actions.assignment import assign_conversation
from messaging.actions.resolution import need_no_reply, reopen_conversation, resolve_conversation
from messaging.forms import AssignmentForm
from messaging.models import Message
from messaging.thread import Thread
from messaging.views.conversations import ConversationView

ALL_PARTS = ("header", "state", "details")  # what is being written stays


class StatusView(ConversationView):
    def answer_all(self) -> HttpResponse:
        """Show the conversation's new state and the line in the thread that says so."""
        lines = Message.objects.filter(
            workspace_id=self.workspace.pk, conversation=self.conversation, kind=Message.Kind.EVENT
        )
        newest = set(lines.order_by("-pk").values_list("pk", flat=True)[:1])
        return self.answer(thread=Thread(self.conversation, self.member).only(newest), parts=ALL_PARTS)


class Assignment(StatusView):
    def post(self, request: HttpRequest, number: int) -> HttpResponse:
        chosen = self.valid(AssignmentForm, workspace_id=self.workspace.pk)
        assign_conversation(self.conversation, actor=self.member, assignee=chosen["assignee"])
        return self.answer_all()


class Resolution(StatusView):
    def post(self, request: HttpRequest, number: int) -> HttpResponse:
        resolve_conversation(self.conversation, actor=self.member)
        return self.answer_all()


class Reopening(StatusView):
    def post(self, request: HttpRequest, number: int) -> HttpResponse:
        reopen_conversation(self.conversation, actor=self.member)
        return self.answer_all()


class NoReplyNeeded(StatusView):
    def post(self, request: HttpRequest, number: int) -> HttpResponse:
        need_no_reply(self.conversation, actor=self.member)
        return self.answer_all()
