from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

DEFAULTS = {"reopen_days": 14, "undo_seconds": 5, "read_receipts": "reply"}


class Workspace(models.Model):
    """A tenant. Its row is the only thing about it that is readable outside a scope."""

    slug = models.SlugField(_("address"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    language = models.CharField(_("language"), max_length=5, default="en")
    default_region = models.CharField(
        _("default phone region"), max_length=2, default="ID", validators=[RegexValidator(r"^[A-Z]{2}$")]
    )
    ticket_prefix = models.CharField(_("ticket prefix"), max_length=6, default="T")
    settings = models.JSONField(_("settings"), default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name

    @property
    def workspace_id(self) -> int:
        """It belongs to itself: the audit log asks every subject for its workspace."""
        return self.pk

    @property
    def reopen_days(self) -> int:
        """Days in which a new message reopens a resolved conversation."""
        return int(self.settings.get("reopen_days", DEFAULTS["reopen_days"]))

    @property
    def undo_seconds(self) -> int:
        """Seconds in which a reply can be taken back, 0 to 30."""
        return min(max(int(self.settings.get("undo_seconds", DEFAULTS["undo_seconds"])), 0), 30)

    @property
    def read_receipts(self) -> str:
        """When the customer is told that a message was read: `reply`, `open` or `never`."""
        return str(self.settings.get("read_receipts", DEFAULTS["read_receipts"]))
