"""What the busiest paths ask of the database, statement by statement; savepoints and commits count."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.accounts.tenancy import workspace_scope
from messaging.actions.deliveries import store_delivery
from messaging.actions.intake import drain
from messaging.actions.replies import send_text
from messaging.actions.sending import settle
from messaging.channels.whatsapp.answers import SendResult
from messaging.tests.bodies import envelope, post, status, text_message, wamid
from messaging.tests.scenes import claimed, write

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(channel, agent):
    with workspace_scope(channel.workspace_id):
        return write(channel).conversation


def cost(channel, **content) -> int:
    """How many statements the intake needs for one body."""
    with workspace_scope(channel.workspace_id):
        store_delivery(channel, envelope(channel, **content), headers={})
    with CaptureQueriesContext(connection) as captured:
        assert drain() == 1
    return len(captured)


def cost_of_another(channel, make, kind="messages") -> float:
    """How many statements each further item of a body costs."""
    return (cost(channel, **{kind: [make() for _ in range(5)]}) - cost(channel, **{kind: [make()]})) / 4


def test_a_webhook_is_acknowledged_after_nine_statements(client, channel):
    raw = envelope(channel, messages=[text_message() for _ in range(1000)])

    with CaptureQueriesContext(connection) as captured:
        assert post(client, channel, raw).status_code == 200

    assert len(captured) == 9


def test_an_empty_body_costs_ten_statements(channel):
    assert cost(channel) == 10


def test_a_message_in_a_known_conversation_costs_ten_statements(channel, desk):
    assert cost_of_another(channel, text_message) == 10


def test_a_message_that_is_known_costs_three_statements(channel, desk):
    message = text_message()
    cost(channel, messages=[message])

    assert cost_of_another(channel, lambda: message) == 3


def test_a_customer_who_is_new_costs_sixteen_statements(channel, agent):
    senders = iter(range(100))

    assert cost_of_another(channel, lambda: text_message(f"62811{next(senders)}")) == 16


def test_a_status_costs_nine_statements_and_a_repetition_seven(channel, desk, agent):
    with workspace_scope(channel.workspace_id):
        messages = [send_text(desk, actor=agent, text=str(number)) for number in range(7)]
        for message in messages:
            settle(claimed(message), SendResult(wamid()))
            message.refresh_from_db()
    ids = iter(messages)

    assert cost_of_another(channel, lambda: status(next(ids).external_id or "", "delivered"), "statuses") == 9
    assert cost_of_another(channel, lambda: status(messages[0].external_id or "", "delivered"), "statuses") == 7


def test_a_status_of_a_message_that_is_not_known_costs_four_statements(channel, desk):
    assert cost_of_another(channel, lambda: status(wamid(), "sent"), "statuses") == 4


def test_sending_costs_twenty_statements_around_the_network(desk, agent):
    with workspace_scope(desk.workspace_id):
        message = send_text(desk, actor=agent, text="Baik")

    with CaptureQueriesContext(connection) as captured:
        with workspace_scope(desk.workspace_id):
            taken = claimed(message)
        with workspace_scope(desk.workspace_id):
            settle(taken, SendResult(wamid()))

    assert len(captured) == 20


def test_writing_a_reply_costs_thirteen_statements(desk, agent):
    with workspace_scope(desk.workspace_id):
        send_text(desk, actor=agent, text="the first assigns")
        with CaptureQueriesContext(connection) as captured:
            send_text(desk, actor=agent, text="Baik")

    assert len(captured) == 13
