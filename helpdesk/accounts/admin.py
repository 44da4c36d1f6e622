from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.actions.members import change_role, remove_member
from helpdesk.accounts.models import Counter, Member, Team, TeamMembership, User, Workspace
from helpdesk.accounts.permissions import Role
from helpdesk.administration.acting import act_on_each
from helpdesk.administration.base import OperatorAdmin, WorkspaceFilter


@admin.register(User)
class UserAdmin(OperatorAdmin):
    """Who is installation staff is decided by the command make_staff alone."""

    list_display = ("email", "name", "is_active", "is_staff", "last_login", "date_joined")
    list_filter = ("is_active", "is_staff", "date_joined")
    search_fields = ("email__startswith", "name__istartswith")
    changeable = ("name", "language", "is_active")
    hidden = ("password", "is_superuser")


@admin.register(Workspace)
class WorkspaceAdmin(OperatorAdmin):
    list_display = ("slug", "name", "time_zone", "language", "created_at")
    list_filter = ("language", "created_at")
    search_fields = ("slug__startswith", "name__istartswith")


@admin.register(Member)
class MemberAdmin(OperatorAdmin):
    list_display = ("pk", "workspace", "user", "role", "availability", "created_at", "removed_at")
    list_select_related = ("workspace", "user")
    list_filter = ("role", "availability", WorkspaceFilter)
    search_fields = ("user__email__startswith", "user__name__istartswith")
    actions = ("make_owner", "make_admin", "make_agent", "remove")

    @admin.action(description=_("Make owner"))
    def make_owner(self, request: HttpRequest, queryset: QuerySet[Member]) -> None:
        self._change(request, queryset, Role.OWNER)

    @admin.action(description=_("Make admin"))
    def make_admin(self, request: HttpRequest, queryset: QuerySet[Member]) -> None:
        self._change(request, queryset, Role.ADMIN)

    @admin.action(description=_("Make agent"))
    def make_agent(self, request: HttpRequest, queryset: QuerySet[Member]) -> None:
        self._change(request, queryset, Role.AGENT)

    @admin.action(description=_("Remove from the workspace; what is theirs goes to nobody"))
    def remove(self, request: HttpRequest, queryset: QuerySet[Member]) -> None:
        act_on_each(self, request, queryset, lambda member: remove_member(member, actor=None), deed="Removed")

    def _change(self, request: HttpRequest, queryset: QuerySet[Member], role: Role) -> None:
        deed = f"Made {role.value}"
        act_on_each(self, request, queryset, lambda member: change_role(member, actor=None, role=role), deed=deed)


@admin.register(Team)
class TeamAdmin(OperatorAdmin):
    list_display = ("pk", "workspace", "name")
    list_select_related = ("workspace",)
    list_filter = (WorkspaceFilter,)
    search_fields = ("name__istartswith",)


@admin.register(TeamMembership)
class TeamMembershipAdmin(OperatorAdmin):
    list_display = ("pk", "workspace", "team", "member")
    list_select_related = ("workspace", "team", "member__user")
    list_filter = (WorkspaceFilter,)
    search_fields = ("team__name__istartswith", "member__user__email__startswith")


@admin.register(Counter)
class CounterAdmin(OperatorAdmin):
    list_display = ("pk", "workspace", "name", "value")
    list_select_related = ("workspace",)
    list_filter = (WorkspaceFilter,)
