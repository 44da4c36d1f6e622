from django.db import models
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.tenancy import TenantModel


class Contact(TenantModel):
    """A person outside. The provider's profile name is used until somebody gives another."""

    name = models.CharField(_("name"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=5, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    attributes = models.JSONField(_("attributes"), default=dict, blank=True)
    blocked = models.BooleanField(_("blocked"), default=False)
    marketing_opt_out = models.BooleanField(_("opted out of marketing"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "name"], name="contact_name")]

    def __str__(self) -> str:
        return self.name or f"#{self.pk}"
