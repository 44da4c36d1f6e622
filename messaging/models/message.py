from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.models import Member
from helpdesk.accounts.tenancy import TenantModel
from helpdesk.files.models import StoredFile
from messaging.models.channel import Channel
from messaging.models.conversation import Conversation


def _unique_where_present(*fields: str, name: str) -> models.UniqueConstraint:
    condition = Q((f"{fields[-1]}__isnull", False))
    return models.UniqueConstraint(fields=["workspace", *fields], condition=condition, name=name)


class MessageQuerySet(models.QuerySet["Message"]):
    def in_thread(self) -> Self:
        return self.exclude(kind=Message.Kind.REACTION)

    def public(self) -> Self:
        return self.exclude(direction=Message.Direction.INTERNAL)

    def thread_order(self) -> Self:
        return self.order_by("provider_time", "id")

    def with_parts(self) -> Self:
        return self.select_related("author__user", "media", "quoted__author__user", "quoted__media")


class Message(TenantModel):
    """One item of a thread: what the customer wrote, what we sent, a note, or a line about what happened.

    `provider_time` orders the thread. For outbound, `state` is what the sender and the set of the provider's events
    say together; see `actions.states`.
    """

    class Direction(models.TextChoices):
        IN = "in", _("Inbound")
        OUT = "out", _("Outbound")
        INTERNAL = "internal", _("Internal")

    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        IMAGE = "image", _("Image")
        VIDEO = "video", _("Video")
        AUDIO = "audio", _("Audio")
        VOICE = "voice", _("Voice message")
        DOCUMENT = "document", _("Document")
        STICKER = "sticker", _("Sticker")
        LOCATION = "location", _("Location")
        CONTACTS = "contacts", _("Contact card")
        INTERACTIVE = "interactive", _("Interactive")
        BUTTON = "button", _("Button")
        REACTION = "reaction", _("Reaction")
        ORDER = "order", _("Order")
        TEMPLATE = "template", _("Template")
        SYSTEM = "system", _("System")
        UNSUPPORTED = "unsupported", _("Unsupported")
        NOTE = "note", _("Note")
        EVENT = "event", _("Event")

    class State(models.TextChoices):
        NONE = "", ""
        QUEUED = "queued", _("Queued")
        SENDING = "sending", _("Sending")
        SENT = "sent", _("Sent")
        DELIVERED = "delivered", _("Delivered")
        READ = "read", _("Read")
        FAILED = "failed", _("Failed")
        UNCONFIRMED = "unconfirmed", _("Unconfirmed")

    class Origin(models.TextChoices):
        AGENT = "agent", _("Agent")
        PHONE = "phone", _("Sent from the phone")
        AUTOMATIC = "automatic", _("Automatic")
        API = "api", _("API")
        CUSTOMER = "customer", _("Customer")

    class MediaState(models.TextChoices):
        NONE = "", ""
        PENDING = "pending", _("Pending")
        STORED = "stored", _("Stored")
        FAILED = "failed", _("Failed")

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="messages")
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="+")
    direction = models.CharField(max_length=8, choices=Direction.choices)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.CUSTOMER)
    text = models.TextField(blank=True)
    payload = models.JSONField(default=dict, blank=True)
    external_id = models.CharField(max_length=160, null=True, blank=True)
    quoted = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    quoted_external_id = models.CharField(max_length=160, blank=True)
    provider_time = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)
    author = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    media = models.ForeignKey(StoredFile, models.SET_NULL, null=True, blank=True, related_name="+")
    media_state = models.CharField(max_length=8, choices=MediaState.choices, blank=True)
    reactions = models.JSONField(default=list, blank=True)
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    state = models.CharField(max_length=12, choices=State.choices, blank=True)
    failure_code = models.IntegerField(null=True, blank=True)
    failure_text = models.CharField(max_length=300, blank=True)
    client_token = models.UUIDField(null=True, blank=True)
    callback_id = models.UUIDField(null=True, editable=False)
    send_after = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    attempt_token = models.UUIDField(null=True, blank=True)
    attempted_at = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            _unique_where_present("channel", "external_id", name="message_external_unique"),
            _unique_where_present("author", "client_token", name="message_client_token_unique"),
            _unique_where_present("callback_id", name="message_callback_unique"),
            models.CheckConstraint(
                condition=Q(direction="out") & ~Q(state="") | ~Q(direction="out") & Q(state=""),
                name="message_state_of_outbound",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "conversation", "provider_time", "id"], name="message_thread"),
            models.Index(fields=["workspace", "attempted_at"], condition=Q(state="sending"), name="message_sending"),
            models.Index(
                fields=["workspace", "created_at"], condition=Q(media_state="pending"), name="message_media_pending"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.direction} {self.kind} {self.pk}"

    @property
    def is_outbound(self) -> bool:
        return self.direction == self.Direction.OUT

    @property
    def was_sent(self) -> bool:
        return self.state in {self.State.SENT, self.State.DELIVERED, self.State.READ}
