"""The base of every page inside a workspace: who is asking, may they, and in which scope their question is answered."""

from collections.abc import Callable
from typing import Any, ClassVar
from urllib.parse import SplitResult, urlsplit

from django import forms
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views import View

from helpdesk.accounts.models import Member, User, Workspace
from helpdesk.accounts.permissions import Permission
from helpdesk.accounts.tenancy import system_scope, workspace_scope
from helpdesk.errors import RuleViolation, error_page
from helpdesk.files.storage import StorageUnavailable
from helpdesk.templating.words import render_in


class Invalid(Exception):
    """Input that a form refused; shown with status 422."""

    def __init__(self, form: forms.BaseForm):
        super().__init__(str(form.errors.as_json()))
        self.form = form


class WorkspaceView(View):
    """A page of one workspace, addressed by its slug, for members who have `permission`.

    The handler runs inside the workspace's scope, which is one transaction. With `scoped = False` it runs outside and
    opens scopes itself, because it waits for the network or streams.
    """

    permission: ClassVar[Permission]
    scoped: ClassVar[bool] = True
    workspace: Workspace
    member: Member
    workspaces: list[Workspace]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.ask_to_sign_in()
        self._identify(request.user, str(kwargs.pop("workspace")))
        with timezone.override(self.workspace.time_zone), translation.override(self.member.language):
            try:
                return self._answer(lambda: super(WorkspaceView, self).dispatch(request, *args, **kwargs), kwargs)
            except RuleViolation as refusal:
                return self.refuse(409, refusal.sentence)
            except Invalid as invalid:
                return self.refuse(422, _first_error(invalid.form))
            except StorageUnavailable:
                return self.refuse(503, _("The file storage does not answer. Try again in a minute."))

    def prepare(self, **kwargs: Any) -> None:
        """Look up what the address names, through the member; inside the scope, before the handler."""

    def valid(self, form_class: type[forms.Form], **options: Any) -> dict[str, Any]:
        """Return the cleaned input, or answer 422."""
        form = form_class(self.request.POST, self.request.FILES, **options)
        if not form.is_valid():
            raise Invalid(form)
        return form.cleaned_data

    def render(self, template: str, context: dict[str, Any], **options: Any) -> HttpResponse:
        everywhere = {"workspace": self.workspace, "member": self.member, "workspaces": self.workspaces}
        response = render_in(self.member.language, self.request, template, {**everywhere, **context}, **options)
        patch_vary_headers(response, ["HX-Request", "HX-Target"])
        return response

    def refuse(self, status: int, sentence: str) -> HttpResponse:
        """Show a refusal: in place for the page's own request, as a page otherwise."""
        if not self.request.headers.get("HX-Request"):
            return error_page(self.request, status, sentence)
        return self.render("errors/_refusal.html", {"sentence": sentence}, status=status)

    def shown_page(self) -> SplitResult:
        """The address of the page that a part was asked from; empty when it says none or nonsense."""
        try:
            return urlsplit(self.request.headers.get("HX-Current-URL", ""))
        except ValueError:
            return urlsplit("")

    def ask_to_sign_in(self) -> HttpResponse:
        if self.request.headers.get("HX-Request"):
            page = self.shown_page()
            address = f"{page.path}?{page.query}" if page.query else page.path
            return HttpResponse(status=401, headers={"HX-Redirect": redirect_to_login(address or "/").url})
        return redirect_to_login(self.request.get_full_path())

    def _answer(self, handler: Callable[[], HttpResponseBase], kwargs: dict[str, Any]) -> HttpResponseBase:
        if not self.member.may(self.permission):
            raise PermissionDenied
        with workspace_scope(self.workspace):
            self.prepare(**kwargs)
            if self.scoped:
                return handler()
        return handler()

    def _identify(self, user: User, slug: str) -> None:
        """Find who the user is in this workspace; to a stranger it does not exist. Error pages read the request."""
        memberships = memberships_of(user)
        member = next((each for each in memberships if each.workspace.slug == slug), None)
        if member is None:
            raise Http404
        self.member, self.workspace = member, member.workspace
        self.workspaces = [each.workspace for each in memberships]
        self.request.member, self.request.workspaces = member, self.workspaces  # type: ignore[attr-defined]


class WorkspaceChooser(View):
    """Where a person lands after signing in: straight in the workspace when there is only one."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        workspaces = [member.workspace for member in memberships_of(request.user)]
        if len(workspaces) == 1 and "choose" not in request.GET:
            return redirect("messaging:inbox", workspaces[0].slug)
        language = request.user.language or translation.get_language()
        context = {"user": request.user, "workspaces": workspaces}
        return render_in(language, request, "accounts/workspaces.html", context)


def memberships_of(user: User) -> list[Member]:
    """Return the user's memberships with their workspaces, by the workspace's name."""
    with system_scope("the workspaces of the person who signed in"):
        mine = Member.objects.active().with_user().select_related("workspace").filter(user=user)
        return list(mine.order_by("workspace__name", "pk"))


def _first_error(form: forms.BaseForm) -> str:
    return next((str(error) for errors in form.errors.values() for error in errors), "")
