"""A signed-in agent before the inbox."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.accounts.models import Member, Workspace
from helpdesk.accounts.tenancy import workspace_scope
from messaging.models import Channel, Conversation
from messaging.tests.scenes import write


class Browser:
    """A member's browser: whole pages, and the requests that the page's script makes."""

    def __init__(self, client: Client, member: Member):
        self.client, self.slug = client, member.workspace.slug
        client.force_login(member.user)

    def address(self, name: str, *args: Any) -> str:
        return reverse(f"messaging:{name}", args=[self.slug, *args])

    def see(self, name: str, *args: Any, target: str = "", **query: Any) -> Any:
        headers = {"HX-Request": "true", "HX-Target": target} if target else {}
        return self.client.get(self.address(name, *args), query, headers=headers)

    def do(self, name: str, *args: Any, script: bool = True, **data: Any) -> Any:
        headers = {"HX-Request": "true"} if script else {}
        return self.client.post(self.address(name, *args), data, headers=headers)


@pytest.fixture
def browser(client: Client, agent: Member) -> Browser:
    return Browser(client, agent)


@pytest.fixture
def desk(channel: Channel, agent: Member) -> Conversation:
    """A customer has written; no scope is open, as before a request."""
    with workspace_scope(channel.workspace_id):
        conversation: Conversation = write(channel).conversation
    return conversation


@pytest.fixture
def inside(workspace: Workspace) -> Callable[[], Any]:
    """Opens the workspace's scope around what the test does itself: `with inside(): …`."""
    return partial(workspace_scope, workspace)
