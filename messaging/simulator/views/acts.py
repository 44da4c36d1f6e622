"""What the customer does, one resource each."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from helpdesk.accounts.tenancy import workspace_scope
from messaging.simulator.clock import shift_window
from messaging.simulator.forms import AnswerForm, CustomerForm, FaultForm, MessageForm, SwitchForm
from messaging.simulator.inputs import send_message
from messaging.simulator.scene import Scene
from messaging.simulator.trouble import play_trouble
from messaging.simulator.views.base import SimulatorView


class ActView(SimulatorView):
    """Something the customer does; the answer is what changed on the screen."""

    form_class: type[forms.Form] = forms.Form

    def post(self, request: HttpRequest) -> HttpResponse:
        found = self.valid(self.form_class)
        if found is None:
            return self.refuse(422, self.error)
        self.act(found)
        return self.changes()

    def act(self, found: dict[str, Any]) -> None:
        """Do it; `found` is the cleaned form."""
        raise NotImplementedError

    def changes(self) -> HttpResponse:
        """The parts of the page, for the page's own request; otherwise the page again."""
        if self.request.headers.get("HX-Request"):
            return render(self.request, "simulator/_changes.html", {"scene": self.scene, "oob": True})
        query = {"channel": self.scene.used_channel.public_id, "phone": self.scene.phone}
        return redirect(f"{reverse('simulator:phone')}?{urlencode(query)}")


class Looks(ActView):
    """The customer has the chat before the eyes: what came is read. 204 while nothing has changed."""

    def act(self, found: dict[str, Any]) -> None:
        unread = [each for each in self.scene.bubbles if each.direction == "in" and each.status != "read"]
        if unread:
            self.scene.device.does("reads")
            del self.scene.chat

    def changes(self) -> HttpResponse:
        if self.request.POST.get("seen") == self.scene.version:
            return HttpResponse(status=204)
        return super().changes()


class Customers(ActView):
    """A customer more."""

    def post(self, request: HttpRequest) -> HttpResponse:
        form = CustomerForm(request.POST)
        channel = self.scene.used_channel
        if not form.is_valid():
            self.scene = Scene(channel.public_id, "")
            return render(request, "simulator/page.html", {"scene": self.scene, "customer_form": form}, status=422)
        told = form.cleaned_data
        self.scene.simulator.add_customer(channel.phone_number_id, told["phone"], name=told["name"])
        self.scene = Scene(channel.public_id, told["phone"])
        return self.changes()


class Messages(ActView):
    """Words, a file or a sample; or other words for an earlier message."""

    form_class = MessageForm
    body_limit = settings.UPLOAD_MAX_BYTES

    def act(self, found: dict[str, Any]) -> None:
        send_message(self.scene.device, found)


class Answers(ActView):
    """A button or a row under a message of the business."""

    form_class = AnswerForm

    def act(self, found: dict[str, Any]) -> None:
        wamid, choice = found["answer"]
        if choice.startswith("#"):
            self.scene.device.does("picks", wamid=wamid, row_id=choice[1:])
        else:
            self.scene.device.does("presses", wamid=wamid, title=choice)


class Reactions(ActView):
    """An emoji on a message; the same again takes it back."""

    form_class = AnswerForm

    def act(self, found: dict[str, Any]) -> None:
        wamid, emoji = found["answer"]
        messages = {message["wamid"]: message for message in self.scene.chat["messages"]}
        is_there = wamid in messages and messages[wamid]["reactions"].get("customer") == emoji
        self.scene.device.does("reacts", wamid=wamid, emoji="" if is_there else emoji)
        del self.scene.chat


class Deletions(ActView):
    """A message taken back."""

    form_class = AnswerForm

    def act(self, found: dict[str, Any]) -> None:
        self.scene.device.does("deletes", wamid=found["answer"][0])


class Window(ActView):
    """25 hours pass, on the provider's side and on the product's."""

    def act(self, found: dict[str, Any]) -> None:
        channel = self.scene.used_channel
        self.scene.device.does("jumps")
        with workspace_scope(channel.workspace_id):
            shift_window(channel, phone=self.scene.phone)


class Network(ActView):
    """The phone's connection."""

    form_class = SwitchForm

    def act(self, found: dict[str, Any]) -> None:
        self.scene.device.does("comes_online" if found["on"] else "goes_offline")


class Faults(ActView):
    """Trouble for what comes next, or the end of all trouble."""

    form_class = FaultForm

    def act(self, found: dict[str, Any]) -> None:
        play_trouble(self.scene.simulator, found["kind"], self.scene.used_channel.phone_number_id, self.scene.phone)
