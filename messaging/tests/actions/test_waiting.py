from datetime import timedelta

import pytest
from django.utils import timezone

from messaging.actions.replies import react, send_buttons, send_text, write_note
from messaging.actions.resolution import need_no_reply, resolve_conversation
from messaging.actions.sending import accept, doubt, fail
from messaging.channels.whatsapp.errors import Action
from messaging.models import Message
from messaging.tests.bodies import text_message
from messaging.tests.scenes import backfill, claimed, echo, edit, epoch, fresh, hear, reply, sent, tell, write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_workspace")]


def waiting(conversation):
    return fresh(conversation).waiting_since


def test_waiting_is_since_the_first_unanswered_message(channel):
    first = write(channel, ago=timedelta(minutes=5))
    write(channel)

    assert waiting(first.conversation) == first.provider_time


def test_waiting_ends_when_the_reply_is_sent_and_not_before(channel, agent):
    message = write(channel)

    reply = send_text(message.conversation, actor=agent, text="Baik")
    assert waiting(message.conversation) == message.provider_time
    taken = claimed(reply)
    assert waiting(message.conversation) == message.provider_time
    accept(taken, external_id="wamid.1")

    assert waiting(message.conversation) is None


@pytest.mark.parametrize(
    "unanswering",
    [
        lambda it, who: write_note(it, actor=who, text="psst"),
        lambda it, who: sent(react(it, actor=who, target=it.messages.get(direction="in"), emoji="👍")),
        lambda it, who: sent(send_buttons(it, actor=None, text="Which?", buttons=[{"id": "a", "title": "A"}])),
        lambda it, who: sent(
            send_text(it, actor=who, text="We are shut", origin=Message.Origin.AUTOMATIC),
        ),
    ],
)
def test_notes_reactions_and_automatic_messages_end_no_waiting(channel, agent, unanswering):
    message = write(channel)

    unanswering(message.conversation, agent)

    assert waiting(message.conversation) == message.provider_time


@pytest.mark.parametrize("origin", [Message.Origin.AGENT, Message.Origin.API])
def test_replies_from_the_page_and_through_the_api_end_it(channel, agent, origin):
    message = write(channel)

    sent(send_text(message.conversation, actor=agent, text="Baik", origin=origin))

    assert waiting(message.conversation) is None


def test_a_reply_from_the_phone_ends_it(channel):
    message = write(channel)

    echo(channel)

    assert waiting(message.conversation) is None


def test_a_reply_from_the_phone_answers_only_what_was_written_before_it(channel, agent):
    now = timezone.now()
    before = write(channel, ago=timedelta(minutes=9))
    after = write(channel, ago=timedelta(minutes=1))

    echo(channel, timestamp=epoch(now - timedelta(minutes=5)))

    assert waiting(before.conversation) == after.provider_time
    assert before.conversation.unread.exists()


def test_what_arrived_before_the_reply_went_out_is_not_answered_by_an_earlier_text(channel, agent):
    message = write(channel)
    reply = send_text(message.conversation, actor=agent, text="Baik")

    second = write(channel, "And?")
    sent(reply)

    assert waiting(message.conversation) == second.provider_time


def test_a_message_that_came_late_was_not_answered_by_the_reply_before_it(channel, agent):
    conversation = write(channel).conversation
    reply(conversation, agent)

    late = write(channel, "sent earlier", ago=timedelta(hours=1))

    assert waiting(conversation) == late.provider_time


def test_a_reply_that_fails_later_restores_the_waiting(channel, agent):
    message = write(channel)
    ours = reply(message.conversation, agent)
    assert waiting(message.conversation) is None

    tell(channel, ours.external_id, "failed", errors=[{"code": 131026, "title": "Message undeliverable"}])

    assert waiting(message.conversation) == message.provider_time


def test_a_reply_that_fails_restores_nothing_that_another_answered(channel, agent):
    message = write(channel)
    failing = reply(message.conversation, agent)
    reply(message.conversation, agent, "Really")

    tell(channel, failing.external_id, "failed")

    assert waiting(message.conversation) is None


@pytest.mark.parametrize("end", [resolve_conversation, need_no_reply])
def test_a_reply_that_fails_restores_nothing_after_somebody_said_that_none_is_needed(channel, agent, end):
    message = write(channel)
    ours = send_text(message.conversation, actor=agent, text="Baik")
    end(message.conversation, actor=agent)
    sent(ours)

    tell(channel, fresh(ours).external_id, "failed")

    assert waiting(message.conversation) is None


@pytest.mark.parametrize("outcome", [doubt, lambda it: fail(it, action=Action.FAIL, code=100, text="Bad")])
def test_a_reply_that_was_not_sent_ends_no_waiting(channel, agent, outcome):
    message = write(channel)

    outcome(claimed(send_text(message.conversation, actor=agent, text="Baik")))

    assert waiting(message.conversation) == message.provider_time


def test_old_history_counts_for_nothing_when_the_waiting_is_worked_out_again(channel, agent):
    message = write(channel)
    ours = reply(message.conversation, agent)
    old = timezone.now() - timedelta(days=2)
    asked = text_message(text="old question", timestamp=epoch(old))
    answered = {**text_message(text="old answer", timestamp=epoch(old)), "from": "1", "to": asked["from"]}
    backfill(channel, asked, answered)

    tell(channel, ours.external_id, "failed")

    assert waiting(message.conversation) == message.provider_time


def test_editing_the_last_message_of_a_history_starts_no_waiting(channel):
    old = text_message(text="old", timestamp=epoch(timezone.now() - timedelta(hours=1)))
    backfill(channel, old)

    hear(channel, edit(old["id"], "Old"))

    message = Message.objects.get()
    assert message.text == "Old"
    assert (waiting(message.conversation), fresh(message.conversation).last_inbound_at) == (None, None)
