"""What a person decides about a message that did not simply arrive."""

import pytest

from helpdesk.audit.models import AuditEvent
from helpdesk.errors import RuleViolation
from messaging.actions.attempts import confirm_message, resend_message, retry_message, withdraw_message
from messaging.actions.replies import react, send_template, send_text, write_note
from messaging.actions.resolution import resolve_conversation
from messaging.actions.sending import accept, claim, doubt, fail
from messaging.channels.whatsapp.errors import Action
from messaging.models import Contact, Draft, Message
from messaging.tests.actions.test_sending import SHUT
from messaging.tests.scenes import age, claimed, fresh, jobs, sent, tell

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_workspace")]


def failed(message: Message) -> Message:
    fail(claimed(message), action=Action.FAIL, code=131026, text="Not on WhatsApp")
    return fresh(message)


def unconfirmed(message: Message) -> Message:
    doubt(claimed(message))
    return fresh(message)


def picture(message: Message) -> dict:
    """All that a refusal must leave alone."""
    return {**Message.objects.values().get(pk=message.pk), "jobs": jobs(), "events": AuditEvent.objects.count()}


@pytest.fixture
def message(conversation, agent) -> Message:
    return send_text(conversation, actor=agent, text="Baik", quoted=conversation.messages.get(direction="in"))


def test_a_queued_message_is_taken_back_and_its_text_is_a_draft_again(conversation, agent, message):
    withdraw_message(message, actor=agent)

    assert not Message.objects.filter(pk=message.pk).exists()
    assert (Draft.objects.get().text, Draft.objects.get().member) == ("Baik", agent)
    row = fresh(conversation)
    assert (row.last_message_preview, row.last_message_direction, row.last_message_state) == ("Halo", "in", "")
    assert row.waiting_since == row.last_inbound_at
    assert AuditEvent.objects.get(kind="message.withdrawn").data == {"message": message.pk}
    assert claim(message.pk) is None


def test_a_failed_message_can_be_taken_back(agent, message):
    withdraw_message(failed(message), actor=agent)

    assert not Message.objects.filter(pk=message.pk).exists()
    assert Draft.objects.get().text == "Baik"


@pytest.mark.parametrize("state", ["sending", "sent", "delivered", "read", "unconfirmed"])
def test_what_is_on_its_way_cannot_be_taken_back(agent, message, state):
    Message.objects.filter(pk=message.pk).update(state=state)
    before = picture(message)

    with pytest.raises(RuleViolation, match="already on its way"):
        withdraw_message(message, actor=agent)

    assert picture(message) == before
    assert not Draft.objects.exists()


def test_a_note_is_no_message_to_take_back(conversation, agent):
    note = write_note(conversation, actor=agent, text="psst")

    with pytest.raises(RuleViolation):
        withdraw_message(note, actor=agent)

    assert fresh(note).text == "psst"


def test_what_was_not_typed_is_no_draft(conversation, agent):
    target = conversation.messages.get()
    reaction = react(conversation, actor=agent, target=target, emoji="👍")
    template = send_template(conversation, actor=agent, template={"name": "a", "language": "id"}, text="Halo")

    withdraw_message(reaction, actor=agent)
    withdraw_message(template, actor=agent)

    assert not Draft.objects.exists()
    assert fresh(target).reactions == []


def test_retrying_a_failed_message_sends_it_again_once_with_its_quote(conversation, agent, message):
    before = failed(message)
    waiting = len(jobs("messaging.deliver"))

    retry_message(message, actor=agent)

    again = fresh(message)
    assert (again.state, again.failure_code, again.failure_text, again.attempts) == ("queued", None, "", 0)
    assert (again.text, again.quoted_id, again.quoted_external_id) == (
        "Baik",
        before.quoted_id,
        before.quoted_external_id,
    )
    assert again.callback_id != before.callback_id
    assert len(jobs("messaging.deliver")) == waiting + 1
    assert fresh(conversation).last_message_state == "queued"

    with pytest.raises(RuleViolation, match="Only a message that failed"):
        retry_message(message, actor=agent)
    assert len(jobs("messaging.deliver")) == waiting + 1
    assert sent(again).state == "sent"


def test_what_is_said_of_the_failed_attempt_stays_with_it(channel, agent, message):
    first = sent(message)
    tell(channel, first.external_id, "failed")
    retry_message(message, actor=agent)

    tell(channel, first.external_id, "delivered", biz_opaque_callback_data=str(first.callback_id))

    assert (fresh(message).state, fresh(message).external_id) == ("queued", None)


@pytest.mark.parametrize("state", ["queued", "sending", "sent", "delivered", "read", "unconfirmed"])
def test_only_what_failed_is_retried(agent, message, state):
    Message.objects.filter(pk=message.pk).update(state=state)
    before = picture(message)

    with pytest.raises(RuleViolation, match="Only a message that failed"):
        retry_message(message, actor=agent)

    assert picture(message) == before


@pytest.mark.parametrize("state", ["queued", "sending", "sent", "delivered", "read", "failed"])
@pytest.mark.parametrize("decide", [resend_message, confirm_message])
def test_only_what_is_unconfirmed_is_decided_by_a_person(agent, message, state, decide):
    Message.objects.filter(pk=message.pk).update(state=state)
    before = picture(message)

    with pytest.raises(RuleViolation, match="Only an unconfirmed message"):
        decide(message, actor=agent)

    assert picture(message) == before


def test_an_unconfirmed_message_is_sent_again_when_a_person_says_so(agent, message):
    old = unconfirmed(message)

    resend_message(message, actor=agent)

    again = fresh(message)
    assert (again.state, again.attempt_token, again.callback_id == old.callback_id) == ("queued", None, False)
    assert AuditEvent.objects.get(kind="message.resent").actor_id == agent.pk


def test_an_unconfirmed_message_is_marked_as_sent_when_a_person_says_so(conversation, agent, message):
    unconfirmed(message)

    confirm_message(message, actor=agent)

    assert fresh(message).state == "sent"
    assert fresh(conversation).waiting_since is None
    assert len(jobs("messaging.deliver")) == 1
    assert AuditEvent.objects.get(kind="message.confirmed").actor_id == agent.pk


def test_a_status_still_counts_after_a_person_decided(channel, conversation, agent, message):
    old = unconfirmed(message)
    confirm_message(message, actor=agent)

    tell(channel, "wamid.LATE", "failed", biz_opaque_callback_data=str(old.callback_id))

    assert fresh(message).state == "failed"
    assert fresh(conversation).waiting_since is not None


@pytest.mark.parametrize(
    ("hinder", "sentence"),
    [
        (lambda it, who: age(it, last_inbound_at=SHUT), "24 hours"),
        (lambda it, who: resolve_conversation(it, actor=who), "resolved"),
        (lambda it, who: Contact.objects.update(blocked=True), "blocked"),
    ],
)
@pytest.mark.parametrize(("spoil", "again"), [(failed, retry_message), (unconfirmed, resend_message)])
def test_nothing_is_sent_again_where_nothing_may_be_sent(conversation, agent, message, hinder, sentence, spoil, again):
    spoil(message)
    hinder(conversation, agent)
    before = picture(message)

    with pytest.raises(RuleViolation, match=sentence):
        again(message, actor=agent)

    assert picture(message) == before


def test_the_answer_of_an_attempt_that_a_person_gave_up_changes_nothing(agent, message):
    sleeper = claimed(message)
    doubt(sleeper)
    resend_message(fresh(message), actor=agent)

    assert accept(sleeper, external_id="wamid.OLD") is False

    assert (fresh(message).state, fresh(message).external_id) == ("queued", None)
