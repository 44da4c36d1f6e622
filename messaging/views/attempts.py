"""Second thoughts about one message: undo, retry, send again, mark as sent, fetch its file again."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from messaging.actions.attempts import confirm_message, resend_message, retry_message, withdraw_message
from messaging.actions.media import fetch_again
from messaging.models import Message
from messaging.thread import Thread
from messaging.views.conversations import ConversationView


class MessageView(ConversationView):
    message: Message

    def prepare(self, **kwargs: Any) -> None:
        super().prepare(**kwargs)
        if "message" in kwargs:
            messages = Message.objects.filter(workspace=self.workspace, conversation=self.conversation)
            self.message = get_object_or_404(messages, pk=kwargs["message"])

    def answer_message(self) -> HttpResponse:
        return self.answer(thread=Thread(self.conversation, self.member).only({self.message.pk}), parts=("header",))


class Undo(MessageView):
    """A message taken back: its text is in the composer again."""

    def post(self, request: HttpRequest, number: int, message: int) -> HttpResponse:
        withdraw_message(self.message, actor=self.member)
        thread = Thread(self.conversation, self.member).only({message})
        return self.answer(thread=thread, removed_messages=[message], parts=("composer", "header"))


class Retry(MessageView):
    def post(self, request: HttpRequest, number: int, message: int) -> HttpResponse:
        retry_message(self.message, actor=self.member)
        return self.answer_message()


class Resend(MessageView):
    def post(self, request: HttpRequest, number: int, message: int) -> HttpResponse:
        resend_message(self.message, actor=self.member)
        return self.answer_message()


class Confirmation(MessageView):
    def post(self, request: HttpRequest, number: int, message: int) -> HttpResponse:
        confirm_message(self.message, actor=self.member)
        return self.answer_message()


class MediaFetch(MessageView):
    def post(self, request: HttpRequest, number: int, message: int) -> HttpResponse:
        fetch_again(self.message, actor=self.member)
        return self.answer_message()
