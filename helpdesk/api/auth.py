"""Who calls the API: a bearer token, and the member behind it as they are now."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import HttpRequest
from ninja.security import HttpBearer

from helpdesk.accounts import tokens
from helpdesk.accounts.models import Member
from helpdesk.accounts.permissions import Permission
from helpdesk.accounts.tenancy import system_scope, workspace_scope
from helpdesk.api.problems import Problem


class Bearer(HttpBearer):
    """Accepts the tokens that this server issued, as long as the member still works there."""

    def authenticate(self, request: HttpRequest, token: str) -> Member | None:
        try:
            workspace_id, member_id = tokens.read(token)
        except tokens.BadToken:
            return None
        with system_scope("the member behind an API token"):
            members = Member.objects.active().with_user().select_related("workspace")
            return members.filter(workspace_id=workspace_id, pk=member_id).first()


@contextmanager
def calling(request: HttpRequest, workspace: str, permission: Permission) -> Iterator[Member]:
    """Open the caller's workspace; another one does not exist for them."""
    member: Member = request.auth  # type: ignore[attr-defined]  # set by the framework
    if member.workspace.slug != workspace:
        raise Problem(404, "There is nothing here.")
    if not member.may(permission):
        raise Problem(403, "Your role does not allow this.")
    with workspace_scope(member.workspace):
        yield member
