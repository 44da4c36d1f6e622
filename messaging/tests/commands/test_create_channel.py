import pytest

from helpdesk.accounts.tenancy import workspace_scope
from helpdesk.tests.operator import run
from messaging.models import Channel
from messaging.tests.bodies import envelope, post, text_message

pytestmark = pytest.mark.django_db

WORDS = (
    *("--kind", "whatsapp", "--name", "Shop", "--phone-number-id", "1000001"),
    *("--app-secret", "app-secret", "--access-token", "access-token", "--verify-token", "verify-token"),
)


def test_the_webhook_address_it_prints_works(workspace, client):
    ran = run("create_channel", "eagle", *WORDS, "--json")

    address = ran.answer["webhook_url"]
    challenge = {"hub.mode": "subscribe", "hub.verify_token": "verify-token", "hub.challenge": "42"}
    assert client.get(address, challenge).content == b"42"
    with workspace_scope(workspace):
        channel = Channel.objects.get()
    assert address.endswith(f"/webhooks/whatsapp/{channel.public_id}/")
    assert post(client, channel, envelope(channel, messages=[text_message()])).status_code == 200


def test_nothing_secret_is_printed(workspace):
    spoken = run("create_channel", "eagle", *WORDS).out + run("create_channel", "eagle", *WORDS, "--json").out

    assert not any(secret in spoken for secret in ("app-secret", "access-token", "verify-token"))


def test_the_same_number_again_is_refused(workspace):
    run("create_channel", "eagle", *WORDS)

    assert run("create_channel", "eagle", *WORDS).status == 1
    with workspace_scope(workspace):
        assert Channel.objects.count() == 1


def test_a_dry_run_connects_nothing(workspace):
    assert run("create_channel", "eagle", *WORDS, "--dry-run").status == 0
    with workspace_scope(workspace):
        assert not Channel.objects.exists()
