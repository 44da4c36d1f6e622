"""What happens at the same moment happens once. Real threads, real transactions."""

import uuid
from datetime import timedelta
from functools import partial

import pytest

from helpdesk.accounts.models import Member
from helpdesk.accounts.tenancy import workspace_scope
from helpdesk.errors import RuleViolation
from messaging.actions import sending
from messaging.actions.attempts import retry_message, withdraw_message
from messaging.actions.deliveries import store_delivery
from messaging.actions.intake import drain_workspace
from messaging.actions.replies import send_text
from messaging.actions.resolution import reopen_conversation, resolve_conversation
from messaging.models import Channel, Conversation, Message, WebhookDelivery
from messaging.tests.bodies import envelope, text_message, wamid
from messaging.tests.racing import race
from messaging.tests.scenes import age, fresh, jobs, unread_of, write

pytestmark = pytest.mark.django_db(transaction=True)

RUNNERS = 16


@pytest.fixture
def desk(channel: Channel, agent: Member) -> Conversation:
    """A customer has written, and it is committed."""
    with workspace_scope(channel.workspace_id):
        conversation: Conversation = write(channel).conversation
    return conversation


def queue(conversation: Conversation, agent: Member) -> Message:
    with workspace_scope(conversation.workspace_id):
        return send_text(conversation, actor=agent, text="Baik")


def claim_at_once(conversation: Conversation, agent: Member) -> None:
    """Sixteen senders reach for one message: one gets it, and its answer is what stays."""
    message = queue(conversation, agent)

    claims = race(conversation.workspace_id, *[partial(sending.claim, message.pk)] * RUNNERS)

    winners = [each for each in claims if each is not None]
    assert len(winners) == 1
    with workspace_scope(conversation.workspace_id):
        assert fresh(message).attempt_token == winners[0].attempt_token
        assert fresh(message).state in ("sending", "unconfirmed")
        external_id = wamid()
        sending.accept(winners[0], external_id=external_id)
        assert (fresh(message).state, fresh(message).external_id) == ("sent", external_id)


def deliver_at_once(channel: Channel) -> None:
    """Six first messages of one customer (an album), each three times, handled by eight workers at once."""
    album = [text_message(text=str(number)) for number in range(6)]
    with workspace_scope(channel.workspace_id):
        for message in [*album, *reversed(album), *album]:
            store_delivery(channel, envelope(channel, messages=[message]), headers={})

    def drain() -> int:
        return sum(iter(lambda: drain_workspace(channel.workspace_id), 0))

    handled = race(channel.workspace_id, *[drain] * 8)

    assert [each for each in handled if isinstance(each, Exception)] == []
    with workspace_scope(channel.workspace_id):
        drain()
        assert not WebhookDelivery.objects.exclude(state="handled").exists()
        assert sorted(Message.objects.values_list("text", flat=True)) == list("012345")
        assert Conversation.objects.count() == 1


def test_a_message_is_claimed_once(desk, agent):
    for _ in range(5):
        claim_at_once(desk, agent)


def test_an_album_in_any_order_is_one_conversation(channel, agent):
    deliver_at_once(channel)

    with workspace_scope(channel.workspace_id):
        assert unread_of(Conversation.objects.get()) == {"Dewi Lestari": 6}


def test_the_same_form_posted_at_once_sends_once(desk, agent):
    token = uuid.uuid4()

    sent = race(
        desk.workspace_id,
        *[partial(send_text, desk, actor=agent, text="Baik", client_token=token)] * RUNNERS,
    )

    assert len({message.pk for message in sent}) == 1
    with workspace_scope(desk.workspace_id):
        assert Message.objects.filter(direction="out").count() == len(jobs("messaging.deliver")) == 1


def test_a_failed_message_retried_by_all_goes_out_once(desk, agent):
    message = queue(desk, agent)
    with workspace_scope(desk.workspace_id):
        Message.objects.filter(pk=message.pk).update(state="failed")

    tried = race(desk.workspace_id, *[partial(retry_message, message, actor=agent)] * RUNNERS)

    assert sum(isinstance(each, Message) for each in tried) == 1
    assert sum(isinstance(each, RuleViolation) for each in tried) == RUNNERS - 1
    with workspace_scope(desk.workspace_id):
        assert len(jobs("messaging.deliver")) == 2


def test_a_message_is_either_taken_back_or_sent(desk, agent):
    for _ in range(10):
        message = queue(desk, agent)

        withdrawn, taken = race(
            desk.workspace_id, partial(withdraw_message, message, actor=agent), partial(sending.claim, message.pk)
        )

        assert isinstance(withdrawn, RuleViolation) == (taken is not None)
        with workspace_scope(desk.workspace_id):
            assert Message.objects.filter(pk=message.pk).exists() == (taken is not None)


def test_a_message_that_misses_the_window_while_it_is_taken_back_makes_no_deadlock(desk, agent):
    for _ in range(10):
        message = queue(desk, agent)
        with workspace_scope(desk.workspace_id):
            window = fresh(desk).last_inbound_at
            Conversation.objects.update(last_inbound_at=None)

        results = race(
            desk.workspace_id, partial(withdraw_message, message, actor=agent), partial(sending.claim, message.pk)
        )

        assert results == [None, None]
        with workspace_scope(desk.workspace_id):
            Conversation.objects.update(last_inbound_at=window)


def test_two_conversations_of_one_person_are_not_reopened_both(channel, desk, agent):
    with workspace_scope(desk.workspace_id):
        resolve_conversation(desk, actor=agent)
        age(desk, resolved_at=timedelta(days=20))
        other = write(channel).conversation
        resolve_conversation(other, actor=agent)

    results = race(desk.workspace_id, *(partial(reopen_conversation, each, actor=agent) for each in (desk, other)))

    assert sum(isinstance(each, RuleViolation) for each in results) == 1
    with workspace_scope(desk.workspace_id):
        assert Conversation.objects.live().count() == 1


def test_resolving_at_once_happens_once(desk, agent):
    results = race(desk.workspace_id, *[partial(resolve_conversation, desk, actor=agent)] * RUNNERS)

    assert sum(isinstance(each, RuleViolation) for each in results) == RUNNERS - 1
    with workspace_scope(desk.workspace_id):
        assert desk.messages.filter(kind="event").count() == 1


def test_replies_and_incoming_messages_at_once_all_arrive(channel, desk, agent):
    with workspace_scope(desk.workspace_id):
        for number in range(20):
            body = envelope(channel, messages=[text_message(text=f"in {number}")])
            store_delivery(channel, body, headers={})
    replies = [partial(send_text, desk, actor=agent, text=f"out {number}") for number in range(8)]

    results = race(desk.workspace_id, partial(drain_workspace, desk.workspace_id), *replies)

    assert [each for each in results if isinstance(each, Exception)] == []
    with workspace_scope(desk.workspace_id):
        while drain_workspace(desk.workspace_id):
            pass
        directions = list(Message.objects.values_list("direction", flat=True))
        assert (directions.count("in"), directions.count("out")) == (21, 8)
        assert Conversation.objects.count() == 1
