import pytest

from helpdesk.accounts.tenancy import workspace_scope
from messaging.actions.intake import drain
from messaging.models import Contact, Conversation, Message, WebhookDelivery
from messaging.tests.bodies import envelope, post, text_message

pytestmark = pytest.mark.django_db


def test_a_message_becomes_one_message_of_one_conversation(client, channel, agent):
    message = text_message(text="Pagi")
    body = envelope(channel, messages=[message], names={"628125550140": "Nadia"})

    answers = [post(client, channel, body) for _ in range(3)]
    drain()

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    with workspace_scope(channel.workspace):
        stored = Message.objects.exclude(kind="event").get()
        assert (stored.text, stored.external_id, stored.direction) == ("Pagi", message["id"], "in")
        conversation = Conversation.objects.get()
        assert conversation.last_message_preview == "Pagi"
        assert conversation.waiting_since == stored.provider_time
        assert Contact.objects.get().name == "Nadia"
        assert set(WebhookDelivery.objects.values_list("state", "error")) == {("handled", "")}
