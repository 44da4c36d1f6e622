"""What the inbox's forms take."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.models import Member
from messaging.channels.whatsapp.limits import MAX_TEXT
from messaging.models import Conversation, Message

TOO_LONG = {"max_length": _("A message has at most 4096 characters.")}


class ReplyForm(forms.Form):
    text = forms.CharField(required=False, max_length=MAX_TEXT, error_messages=TOO_LONG)
    file = forms.FileField(required=False, allow_empty_file=True)
    quoted = forms.ModelChoiceField(Message.objects.none(), required=False)
    client_token = forms.UUIDField()
    seen = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1)
    anyway = forms.BooleanField(required=False)
    mode = forms.ChoiceField(choices=[("reply", "reply"), ("note", "note")], required=False)

    def __init__(self, *args: Any, conversation: Conversation, **kwargs: Any):
        super().__init__(*args, **kwargs)
        own = Message.objects.filter(workspace_id=conversation.workspace_id, conversation=conversation)
        self.fields["quoted"].queryset = own  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if not cleaned.get("text") and not cleaned.get("file") and not self.errors:
            raise forms.ValidationError(_("Write something first."))
        return cleaned


class NoteForm(forms.Form):
    text = forms.CharField(max_length=MAX_TEXT, error_messages=TOO_LONG)
    client_token = forms.UUIDField()


class AssignmentForm(forms.Form):
    assignee = forms.ModelChoiceField(Member.objects.none(), required=False)

    def __init__(self, *args: Any, workspace_id: int, **kwargs: Any):
        super().__init__(*args, **kwargs)
        members = Member.objects.active().filter(workspace_id=workspace_id)
        self.fields["assignee"].queryset = members  # type: ignore[attr-defined]


class ReactionForm(forms.Form):
    emoji = forms.CharField(required=False, max_length=16)
