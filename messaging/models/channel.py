import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.models import Team
from helpdesk.accounts.tenancy import TenantModel
from helpdesk.crypto import SecretField


def new_public_id() -> str:
    """Return 128 unguessable bits for a webhook address."""
    return secrets.token_urlsafe(16)


class Channel(TenantModel):
    """A workspace's account at a provider. Its `public_id` is the unguessable part of the webhook's address."""

    SECRETS = ("app_secret", "access_token", "verify_token")

    class Kind(models.TextChoices):
        WHATSAPP = "whatsapp", "WhatsApp"

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        PAUSED = "paused", _("Paused")

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id, editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.WHATSAPP)
    name = models.CharField(_("name"), max_length=80)
    phone = models.CharField(_("phone number"), max_length=32, blank=True)
    phone_number_id = models.CharField(max_length=64)
    waba_id = models.CharField(max_length=64, blank=True)
    base_url = models.URLField(_("provider address"), max_length=200, blank=True)
    api_version = models.CharField(max_length=10, blank=True)
    auth_header = models.CharField(max_length=40, default="Authorization")
    app_secret = SecretField()
    access_token = SecretField()
    verify_token = SecretField()
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ACTIVE)
    trouble = models.CharField(max_length=300, blank=True)
    slow_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "kind", "phone_number_id"], name="channel_number_unique"),
            models.CheckConstraint(condition=~Q(phone_number_id=""), name="channel_number_present"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def provider_url(self) -> str:
        return self.base_url or settings.WHATSAPP_API_URL

    @property
    def provider_version(self) -> str:
        return self.api_version or settings.WHATSAPP_API_VERSION

    @property
    def webhook_url(self) -> str:
        return f"{settings.PUBLIC_URL}/webhooks/whatsapp/{self.public_id}/"
