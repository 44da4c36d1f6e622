from typing import Any

import pytest
from django.db import connection
from django.test import override_settings

from helpdesk.accounts.tenancy import workspace_scope
from helpdesk.audit.models import AuditEvent
from helpdesk.errors import RuleViolation
from messaging.actions.channels import create_channel
from messaging.models import Channel

pytestmark = pytest.mark.django_db

GIVEN: dict[str, Any] = {
    "name": "Shop",
    "phone_number_id": "1000001",
    "app_secret": "app-secret",
    "access_token": "access-token",
    "verify_token": "verify-token",
    "actor": None,
}


def test_credentials_are_encrypted_and_never_audited(workspace, owner):
    with workspace_scope(workspace):
        made = create_channel(workspace, **{**GIVEN, "actor": owner})
        event = AuditEvent.objects.get()
        with connection.cursor() as cursor:
            cursor.execute("SELECT app_secret, access_token, verify_token FROM messaging_channel")
            stored = cursor.fetchone()
        found = Channel.objects.get()

    assert (event.kind, event.actor_name, event.data) == (
        "channel.created",
        "Oki Owner",
        {"phone_number_id": "1000001"},
    )
    assert not any(secret in column for secret in ("app-secret", "access-token", "verify-token") for column in stored)
    assert (found.app_secret, found.access_token, found.verify_token) == ("app-secret", "access-token", "verify-token")
    assert (found.status, found.provider_url) == ("active", made.provider_url)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"name": " "}, "name"),
        ({"access_token": ""}, "access_token"),
        ({"kind": "pigeon"}, "whatsapp"),
        ({"base_url": "graph.facebook.com"}, "https://"),
        ({"base_url": "https://user@example.com"}, "https://"),
        ({"phone_number_id": "1000009"}, "Main"),
    ],
)
def test_what_cannot_be_a_channel_is_refused(workspace, change, word):
    with workspace_scope(workspace):
        known = create_channel(workspace, **{**GIVEN, "name": "Main", "phone_number_id": "1000009"})
        with pytest.raises(RuleViolation, match=word):
            create_channel(workspace, **{**GIVEN, **change})

        assert list(Channel.objects.all()) == [known]


@override_settings(PRODUCTION=True)
def test_a_token_is_never_sent_in_the_clear_across_a_network(workspace):
    with workspace_scope(workspace):
        with pytest.raises(RuleViolation, match="https://"):
            create_channel(workspace, **GIVEN, base_url="http://gateway.example.com")

        assert create_channel(workspace, **GIVEN, base_url="http://127.0.0.1:9000/").base_url == "http://127.0.0.1:9000"


def test_two_workspaces_may_have_the_same_number(workspace, other_workspace):
    for each in (workspace, other_workspace):
        with workspace_scope(each):
            create_channel(each, **GIVEN)
            assert Channel.objects.count() == 1
