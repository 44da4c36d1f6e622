import json
from datetime import timedelta

import pytest
from django.utils import timezone

from conftest import add_channel
from helpdesk.accounts.tenancy import system_scope, workspace_scope
from helpdesk.audit.models import AuditEvent
from helpdesk.tests.operator import run
from messaging.actions.deliveries import store_delivery
from messaging.actions.intake import drain
from messaging.models import Message, WebhookDelivery
from messaging.tests.bodies import envelope, text_message

pytestmark = pytest.mark.django_db


@pytest.fixture
def other_channel(other_workspace):
    return add_channel(other_workspace, number_id="1000002")


def kept(channel, state="kept", **fields):
    with workspace_scope(channel.workspace):
        delivery = store_delivery(channel, envelope(channel, messages=[text_message()]), headers={})
        WebhookDelivery.objects.filter(pk=delivery.pk).update(state=state, error="why", **fields)
    return delivery


def waiting():
    with system_scope("the test looks at everything"):
        return set(WebhookDelivery.objects.filter(state="received").values_list("pk", flat=True))


def test_what_was_kept_or_failed_is_handled_again_and_once(channel, other_channel):
    found = {kept(channel).pk, kept(channel, "failed").pk, kept(other_channel).pk}
    kept(channel, "handled")

    ran = run("replay_webhooks", "--json")

    assert ran.answer == {"replayed": 3, "dry_run": False}
    assert waiting() == found
    drain()
    run("replay_webhooks")
    drain()
    with workspace_scope(channel.workspace):
        assert Message.objects.filter(direction="in").count() == 2
        assert AuditEvent.objects.filter(kind="delivery.replayed").count() == 2


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--state", "failed"], {"failed"}),
        (["--since", "1h"], {"kept", "failed"}),
        (["--workspace", "eagle"], {"kept", "failed", "old"}),
        (["--workspace", "eagle", "--state", "kept", "--since", "1h"], {"kept"}),
        (["--dry-run"], set()),
    ],
)
def test_it_replays_only_what_is_asked_for(channel, other_channel, words, expected):
    names = {
        kept(channel).pk: "kept",
        kept(channel, "failed").pk: "failed",
        kept(channel, received_at=timezone.now() - timedelta(days=2)).pk: "old",
        kept(other_channel, received_at=timezone.now() - timedelta(days=2)).pk: "other",
    }

    assert run("replay_webhooks", *words).status == 0
    assert {names[pk] for pk in waiting()} == expected


def test_a_workspace_that_is_not_there_is_refused(db):
    ran = run("replay_webhooks", "--workspace", "nowhere", "--json")

    assert ran.status == 1
    assert "nowhere" in json.loads(ran.out)["error"]
