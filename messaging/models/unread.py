from django.db import models

from helpdesk.accounts.models import Member
from helpdesk.accounts.tenancy import TenantModel
from messaging.models.conversation import Conversation


class Unread(TenantModel):
    """Messages that a member has not read in an open conversation. No row means everything is read."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="unread")
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "member", "conversation"], name="unread_unique")]
        indexes = [models.Index(fields=["workspace", "conversation"], name="unread_conversation")]
