from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.models import Member, Team
from helpdesk.accounts.tenancy import TenantModel
from messaging.models.address import Address
from messaging.models.channel import Channel
from messaging.models.contact import Contact

WINDOW = timedelta(hours=24)


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def visible_to(self, member: Member) -> Self:
        return self.filter(workspace_id=member.workspace_id, contact__blocked=False)

    def open(self) -> Self:
        return self.filter(status=Conversation.Status.OPEN)

    def live(self) -> Self:
        return self.exclude(status=Conversation.Status.RESOLVED)

    def mine(self, member: Member) -> Self:
        return self.filter(assignee=member)

    def unassigned(self) -> Self:
        return self.filter(assignee=None)

    def newest_first(self) -> Self:
        return self.order_by("-last_message_at", "-id")

    def with_people(self) -> Self:
        """Load what a row shows; the channel comes without its secrets, which a list would decrypt for nothing."""
        found = self.select_related("contact", "address", "channel", "assignee__user")
        return found.defer(*(f"channel__{name}" for name in Channel.SECRETS))


class Conversation(TenantModel):
    """What one address and one channel say to each other until it is resolved. List columns are kept by actions."""

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        SNOOZED = "snoozed", _("Snoozed")
        RESOLVED = "resolved", _("Resolved")

    class Priority(models.TextChoices):
        NONE = "none", _("None")
        LOW = "low", _("Low")
        MEDIUM = "medium", _("Medium")
        HIGH = "high", _("High")
        URGENT = "urgent", _("Urgent")

    number = models.BigIntegerField()
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="conversations")
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="conversations")
    address = models.ForeignKey(Address, models.PROTECT, related_name="conversations")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    assignee = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="conversations")
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True)
    priority = models.CharField(max_length=10, choices=Priority.choices, default=Priority.NONE)
    last_message_at = models.DateTimeField()
    last_message_preview = models.CharField(max_length=160, blank=True)
    last_message_kind = models.CharField(max_length=12, blank=True)
    last_message_direction = models.CharField(max_length=8, blank=True)
    last_message_state = models.CharField(max_length=12, blank=True)
    last_inbound_at = models.DateTimeField(null=True, blank=True)
    waiting_since = models.DateTimeField(null=True, blank=True)
    last_inbound_id = models.BigIntegerField(default=0, editable=False)
    answered_up_to = models.BigIntegerField(default=0, editable=False)
    no_reply_up_to = models.BigIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "number"], name="conversation_number_unique"),
            models.UniqueConstraint(
                fields=["workspace", "channel", "address"],
                condition=~Q(status="resolved"),
                name="conversation_one_open",
            ),
            models.CheckConstraint(
                condition=Q(status="resolved", resolved_at__isnull=False) | ~Q(status="resolved") & Q(resolved_at=None),
                name="conversation_resolved_at",
            ),
            models.CheckConstraint(
                condition=Q(status="snoozed", snoozed_until__isnull=False)
                | ~Q(status="snoozed") & Q(snoozed_until=None),
                name="conversation_snoozed_until",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "status", "-last_message_at", "-id"], name="conversation_list"),
            models.Index(
                fields=["workspace", "assignee", "status", "-last_message_at", "-id"], name="conversation_assignee"
            ),
            models.Index(fields=["workspace", "channel", "address", "-id"], name="conversation_address"),
            models.Index(fields=["workspace", "contact", "-id"], name="conversation_contact"),
        ]

    def __str__(self) -> str:
        return f"#{self.number}"

    @property
    def window_ends_at(self) -> datetime | None:
        """When free text is refused again: 24 hours after the customer's last message."""
        return self.last_inbound_at + WINDOW if self.last_inbound_at else None

    @property
    def window_is_open(self) -> bool:
        return self.window_ends_at is not None and timezone.now() < self.window_ends_at

    @property
    def is_resolved(self) -> bool:
        return self.status == self.Status.RESOLVED
