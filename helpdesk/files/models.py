import uuid
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.models import Member
from helpdesk.accounts.tenancy import TenantModel
from helpdesk.files.formats import PLAYED

NAME_LIMIT = 200
COPIES = ("-320", "-1280")


def new_key(workspace_id: int) -> str:
    """Return a place in the storage for a new file; nothing in it comes from whoever sent the file."""
    return f"w/{workspace_id}/{timezone.now():%Y}/{uuid.uuid4()}"


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    def pending(self) -> Self:
        return self.filter(state=StoredFile.State.PENDING)

    def stored(self) -> Self:
        return self.filter(state=StoredFile.State.STORED)

    def deleting(self) -> Self:
        return self.filter(state=StoredFile.State.DELETING)

    def unattached(self) -> Self:
        """Files that no row of any model refers to."""
        found = self
        for relation in StoredFile._meta.get_fields(include_hidden=True):
            if isinstance(relation, models.ManyToOneRel):
                users = relation.related_model._base_manager.filter(**{relation.field.name: models.OuterRef("pk")})
                found = found.exclude(models.Exists(users))
        return found


class StoredFile(TenantModel):
    """Bytes in the file storage and what is known about them. The row is written before the bytes and outlives them.

    What uses a file refers to it by a foreign key, and only once it is stored: a file to which nothing refers is swept.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("Being stored")
        STORED = "stored", _("Stored")
        DELETING = "deleting", _("Being deleted")
        DELETED = "deleted", _("Deleted")

    class Thumbnail(models.TextChoices):
        NONE = "none", _("None")
        PENDING = "pending", _("Being made")
        MADE = "made", _("Made")
        FAILED = "failed", _("Could not be made")

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    key = models.CharField(max_length=80, editable=False)
    name = models.CharField(_("name"), max_length=NAME_LIMIT, blank=True)
    declared_type = models.CharField(max_length=100, blank=True)
    sniffed_type = models.CharField(max_length=100, blank=True)
    is_mismatch = models.BooleanField(_("content does not match the name or the declared type"), default=False)
    size = models.BigIntegerField(_("size"))
    sha256 = models.CharField(max_length=64, blank=True)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    thumbnail_state = models.CharField(max_length=10, choices=Thumbnail.choices, default=Thumbnail.NONE)
    owner = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("workspace", "public_id", name="file_public_id_unique"),
            models.UniqueConstraint("workspace", "key", name="file_key_unique"),
            models.CheckConstraint(condition=models.Q(size__gte=0), name="file_size_not_negative"),
            models.CheckConstraint(
                condition=models.Q(state__in=["pending", "stored", "deleting", "deleted"]),
                name="file_state_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(sha256="") | models.Q(state="deleted"),
                name="file_has_digest",
            ),
        ]
        indexes = [
            models.Index("workspace", "created_at", name="file_workspace_created"),
            models.Index(
                "workspace",
                "created_at",
                condition=models.Q(state__in=["pending", "deleting"]),
                name="file_unfinished",
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(self.public_id)

    @property
    def is_stored(self) -> bool:
        return self.state == self.State.STORED

    @property
    def has_thumbnail(self) -> bool:
        return self.is_stored and self.thumbnail_state == self.Thumbnail.MADE

    @property
    def is_playable(self) -> bool:
        """Whether it is a sound or a film that a page may play where it stands."""
        return self.is_stored and self.sniffed_type in PLAYED and not self.is_mismatch

    @property
    def is_unattached(self) -> bool:
        return StoredFile.objects.filter(pk=self.pk).unattached().exists()

    @property
    def thumbnail_key(self) -> str:
        return self.key + COPIES[0]

    @property
    def preview_key(self) -> str:
        return self.key + COPIES[1]

    @property
    def keys(self) -> tuple[str, str, str]:
        """Every place in the storage that belongs to this file."""
        return self.key, self.thumbnail_key, self.preview_key
