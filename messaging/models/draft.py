from django.db import models
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.models import Member
from helpdesk.accounts.tenancy import TenantModel
from messaging.models.conversation import Conversation


class Draft(TenantModel):
    """Text that a member has not sent yet, per conversation and kind."""

    class Kind(models.TextChoices):
        REPLY = "reply", _("Reply")
        NOTE = "note", _("Note")

    member = models.ForeignKey(Member, models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="drafts")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    text = models.TextField(blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "member", "conversation", "kind"], name="draft_unique")
        ]
