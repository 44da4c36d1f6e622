"""The headers that every answer has."""

import pytest

from helpdesk.accounts import tokens
from helpdesk.security import POLICY

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/w/eagle/inbox/", "/workspaces/?choose", "/w/nowhere/inbox/", "/nowhere/"])
def test_no_cache_keeps_a_page(client, agent, address):
    client.force_login(agent.user)

    answer = client.get(address)

    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Content-Security-Policy"] == POLICY


def test_no_cache_keeps_what_a_program_was_told(client, agent):
    headers = {"Authorization": f"Bearer {tokens.issue(agent, minutes=5)}"}

    answer = client.get("/api/v1/workspaces/eagle/contacts", headers=headers)

    assert answer.headers["Cache-Control"] == "private, no-store"
