from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.models.user import User
from helpdesk.accounts.permissions import PERMISSIONS, Permission, Role
from helpdesk.accounts.tenancy import TenantModel


class MemberQuerySet(models.QuerySet["Member"]):
    def active(self) -> Self:
        return self.filter(removed_at=None, user__is_active=True)

    def with_user(self) -> Self:
        return self.select_related("user")


class Member(TenantModel):
    """A user in one workspace. A removed member stays as the author of what they wrote."""

    class Availability(models.TextChoices):
        AVAILABLE = "available", _("Available")
        AWAY = "away", _("Away")

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.AGENT)
    availability = models.CharField(max_length=10, choices=Availability.choices, default=Availability.AVAILABLE)
    created_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "user"], name="member_user_unique"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="member_role_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.user.name or self.user.email.partition("@")[0]

    @property
    def language(self) -> str:
        """The language that pages speak to them: their own, else the workspace's."""
        return self.user.language or self.workspace.language

    @property
    def is_available(self) -> bool:
        return self.availability == self.Availability.AVAILABLE and self.removed_at is None

    def may(self, permission: Permission) -> bool:
        return self.removed_at is None and permission in PERMISSIONS[self.role]
