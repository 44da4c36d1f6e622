"""Every address × method as a stranger: it does not exist, and nothing changes. Also without the code's filters."""

import re

import pytest
from django.urls import get_resolver

from conftest import add_channel, add_member
from helpdesk.accounts import tokens
from helpdesk.accounts.permissions import Role
from helpdesk.accounts.tenancy import workspace_scope
from helpdesk.checks import all_routes, workspace_routes
from messaging.models import Conversation, Message
from messaging.models.conversation import ConversationQuerySet
from tests.isolation.world import CANARY, checksums, furnish

pytestmark = pytest.mark.django_db
METHODS = ("get", "post", "put", "patch", "delete", "head", "options")
ROUTES = sorted(route for route, _view in workspace_routes())
API_ROUTES = sorted(
    route for route, _pattern in all_routes(get_resolver().url_patterns) if route.startswith("api/v1/workspaces/")
)
INPUT = {"text": "x", "client_token": "8b2c2a1e-0000-4000-8000-000000000001", "emoji": "x", "assignee": ""}


def address(route: str, values: dict[str, object]) -> str:
    return "/" + re.sub(r"[<{](?:\w+:)?(\w+)[>}]", lambda found: str(values[found[1]]), route)


def _input(method: str) -> dict[str, str] | None:
    return INPUT if method == "post" else None


@pytest.fixture
def theirs(workspace, channel, agent):
    return furnish(workspace, channel, agent)


def test_the_matrix_has_every_route():
    assert len(ROUTES) >= 17
    assert len(API_ROUTES) >= 3


@pytest.mark.parametrize("route", ROUTES)
def test_a_stranger_finds_nothing_and_changes_nothing(client, theirs, outsider, route):
    client.force_login(outsider.user)
    before = checksums()

    answers = {method: getattr(client, method)(address(route, theirs), _input(method)) for method in METHODS}

    assert {method: answer.status_code for method, answer in answers.items()} == dict.fromkeys(METHODS, 404)
    assert not [method for method, answer in answers.items() if CANARY.encode() in answer.content]
    assert checksums() == before


@pytest.mark.parametrize("route", ROUTES)
def test_nobody_gets_in_without_signing_in(client, theirs, route):
    before = checksums()

    answer = client.post(address(route, theirs), INPUT)

    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/login/?next=")
    assert checksums() == before


@pytest.mark.parametrize("route", ROUTES)
def test_a_removed_member_finds_nothing_on_the_next_request(client, theirs, agent, workspace, route):
    client.force_login(agent.user)
    with workspace_scope(workspace):
        agent.removed_at = agent.created_at
        agent.save(update_fields=["removed_at"])

    assert client.get(address(route, theirs)).status_code == 404


@pytest.mark.parametrize("route", API_ROUTES)
def test_another_workspaces_token_finds_nothing(client, theirs, outsider, route):
    headers = {"Authorization": f"Bearer {tokens.issue(outsider, minutes=5)}"}
    before = checksums()

    answers = {method: getattr(client, method)(address(route, theirs), headers=headers) for method in METHODS}

    assert {answer.status_code for answer in answers.values()} == {404, 405}
    assert not [method for method, answer in answers.items() if CANARY.encode() in answer.content]
    assert checksums() == before


@pytest.fixture
def no_filters(monkeypatch):
    """The bug: every scoping filter of the code is gone; only the database is left."""
    monkeypatch.setattr(ConversationQuerySet, "visible_to", lambda self, member: self.all())
    plain = Message.objects.filter

    def without_workspace(*args, **kwargs):
        return plain(*args, **{key: value for key, value in kwargs.items() if not key.startswith("workspace")})

    monkeypatch.setattr(Message.objects, "filter", without_workspace)


@pytest.mark.parametrize("route", ROUTES)
def test_without_the_codes_filters_the_database_still_refuses(client, no_filters, theirs, outsider, route):
    client.force_login(outsider.user)
    before = checksums()
    mine = {**theirs, "workspace": outsider.workspace.slug}

    for method in ("get", "post"):
        answer = getattr(client, method)(address(route, mine), _input(method))

        assert answer.status_code in (200, 205, 404, 405, 409, 422)
        assert CANARY.encode() not in answer.content
    assert checksums() == before


def test_without_filters_and_without_scope_the_leak_would_show(client, no_filters, theirs, outsider, monkeypatch):
    """The control: with the database's wall down as well, the same request does leak."""
    from helpdesk import views
    from helpdesk.accounts.tenancy import system_scope

    monkeypatch.setattr(views, "workspace_scope", lambda workspace: system_scope("a planted bug"))
    client.force_login(outsider.user)

    answer = client.get(address("w/<workspace>/inbox/<number>/", {**theirs, "workspace": outsider.workspace.slug}))

    assert CANARY.encode() in answer.content


def test_an_id_of_another_workspace_in_a_form_is_refused(client, theirs, workspace, other_workspace, outsider, agent):
    with workspace_scope(other_workspace):
        stranger = outsider.pk
    client.force_login(agent.user)
    before = checksums()

    answer = client.post(address("w/<workspace>/inbox/<number>/assignment/", theirs), {"assignee": stranger})

    assert answer.status_code == 422
    assert checksums() == before


def test_the_same_number_in_two_workspaces_are_two_conversations(client, theirs, other_workspace, outsider):
    colleague = add_member(other_workspace, "second@kopi.example", "Second", Role.AGENT)
    channel = add_channel(other_workspace, "9")
    own = furnish(other_workspace, channel, colleague)
    client.force_login(colleague.user)

    answer = client.get(address("w/<workspace>/inbox/<number>/", own))

    assert own["number"] == theirs["number"] == 1
    assert answer.status_code == 200
    with workspace_scope(other_workspace):
        assert Conversation.objects.count() == 1
