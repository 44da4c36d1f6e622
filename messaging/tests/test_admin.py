import json

import pytest
from django.apps import apps
from django.urls import reverse

from helpdesk.accounts.models import User
from helpdesk.accounts.tenancy import workspace_scope
from messaging.actions.deliveries import store_delivery
from messaging.actions.intake import drain
from messaging.models import Channel, Conversation, Draft, Message, WebhookDelivery
from messaging.tests.actions.test_handover import conversation
from messaging.tests.bodies import envelope, text_message

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    client.force_login(User.objects.create_user("staff@installation.example", "a long enough password", is_staff=True))
    return client


def change(row):
    return reverse(f"admin:messaging_{row._meta.model_name}_change", args=[row.pk])


def changelist(model):
    return reverse(f"admin:messaging_{model._meta.model_name}_changelist")


def delivered(channel, raw, state="kept"):
    with workspace_scope(channel.workspace):
        delivery = store_delivery(channel, raw, headers={})
        WebhookDelivery.objects.filter(pk=delivery.pk).update(state=state, error="A reason.")
    return delivery


def test_a_body_can_be_read_and_does_nothing_in_the_page(staff, channel):
    raw = envelope(channel, messages=[text_message(text="<script>alert(1)</script> héllo")])

    page = staff.get(change(delivered(channel, raw))).content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt; héllo" in page
    assert "<script>alert" not in page
    assert "  &quot;entry&quot;: [" in page


@pytest.mark.parametrize("raw", [b"", b"not json", b"\xff\xfe\x00", b"[" * 100_000])
def test_a_body_of_any_shape_can_be_looked_at(staff, channel, raw):
    assert staff.get(change(delivered(channel, raw))).status_code == 200


def test_deliveries_are_replayed_by_the_rule(staff, channel):
    kept = delivered(channel, envelope(channel, messages=[text_message(text="Pagi")]))
    waiting = delivered(channel, b"{}", state="received")

    form = {"action": "replay", "_selected_action": [kept.pk, waiting.pk]}
    page = staff.post(changelist(WebhookDelivery), form, follow=True).content.decode()
    drain()

    assert "Done for 1 row." in page
    assert "still waiting for its turn" in page
    with workspace_scope(channel.workspace):
        assert Message.objects.get(direction="in").text == "Pagi"


def test_credentials_are_shown_nowhere(staff, channel):
    for address in (
        changelist(Channel),
        change(channel),
        changelist(WebhookDelivery),
        change(delivered(channel, b"{}")),
    ):
        page = staff.get(address).content.decode()

        assert not any(secret in page for secret in ("app-secret", "access-token", "verify-token"))


def test_pages_open_though_credentials_cannot_be_read(staff, channel, settings):
    delivery = delivered(channel, b"{}")
    settings.SECRET_KEY = "another key than the one that the credentials were encrypted with"
    staff.force_login(User.objects.get())

    for address in (changelist(Channel), change(channel), changelist(WebhookDelivery), change(delivery)):
        assert staff.get(address).status_code == 200


def test_a_paused_channel_is_resumed(staff, channel):
    with workspace_scope(channel.workspace):
        Channel.objects.update(status="paused", trouble="The token expired.")

    staff.post(changelist(Channel), {"action": "resume", "_selected_action": [channel.pk]})

    with workspace_scope(channel.workspace):
        assert Channel.objects.values_list("status", "trouble").get() == ("active", "")


def test_a_draft_is_its_writers_alone(staff, channel, agent):
    with workspace_scope(channel.workspace):
        parent = conversation(channel, agent, 1)
        draft = Draft.objects.create(
            workspace=channel.workspace, member=agent, conversation=parent, kind="reply", text="not sent yet"
        )

    assert b"not sent yet" not in staff.get(change(draft)).content


def test_every_kind_of_row_can_be_opened(staff, channel, agent):
    message = text_message(text="Pagi")
    heart = {"from": message["from"], "id": "wamid.R", "type": "reaction"}
    reaction = heart | {"timestamp": message["timestamp"], "reaction": {"message_id": message["id"], "emoji": "❤"}}
    delivered(channel, envelope(channel, messages=[message, reaction]), state="received")
    drain()

    for model in apps.get_app_config("messaging").get_models():
        with workspace_scope(channel.workspace):
            row = model._default_manager.first()
        if row is not None:
            assert staff.get(change(row)).status_code == 200
    assert model_names_with_rows(channel) >= {
        "Address",
        "Contact",
        "Conversation",
        "Message",
        "ProviderEvent",
        "Unread",
    }


def model_names_with_rows(channel):
    with workspace_scope(channel.workspace):
        return {
            model.__name__ for model in apps.get_app_config("messaging").get_models() if model._default_manager.exists()
        }


def test_a_message_is_found_by_the_providers_id(staff, channel):
    first, second = text_message(), text_message()
    delivered(channel, envelope(channel, messages=[first, second]), state="received")
    drain()

    page = staff.get(changelist(Message), {"q": first["id"]}).content.decode()

    assert "1 message" in page


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("model", "queries"), [(Conversation, 10), (WebhookDelivery, 10)])
def test_lists_ask_the_same_however_long(staff, channel, agent, django_assert_num_queries, rows, model, queries):
    for number in range(1, rows + 1):
        delivered(channel, json.dumps({"n": number}).encode())
        with workspace_scope(channel.workspace):
            conversation(channel, agent, number)
    staff.get(changelist(model))

    with django_assert_num_queries(queries):
        staff.get(changelist(model))
