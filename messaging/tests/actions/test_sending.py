"""One attempt: taken with a token, settled by whoever holds it."""

import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from helpdesk.audit.models import AuditEvent
from messaging.actions import sending
from messaging.actions.attempts import resend_message
from messaging.actions.pausing import pause_channel, resume_channel
from messaging.actions.recovery import LEASE, doubt_abandoned, enqueue_forgotten
from messaging.actions.replies import react, send_buttons, send_template, send_text
from messaging.actions.sending import accept, claim, doubt, give_back, seconds_to_wait, settle
from messaging.channels.whatsapp.answers import SendResult
from messaging.channels.whatsapp.errors import Action, NotSent, Unknown
from messaging.models import Conversation, Draft, Message
from messaging.tests.scenes import age, claimed, fresh, jobs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_workspace")]

SHUT = timedelta(hours=24, seconds=1)


@pytest.fixture
def queued(conversation, agent) -> Message:
    return send_text(conversation, actor=agent, text="Baik")


@pytest.fixture
def taken(queued) -> Message:
    return claimed(queued)


def state(message: Message) -> tuple[str, str | None]:
    stored = fresh(message)
    return stored.state, stored.external_id


def test_a_claim_takes_a_queued_message_once(queued):
    first = claim(queued.pk)

    assert first is not None
    assert (fresh(queued).state, fresh(queued).attempt_token) == ("sending", first.attempt_token)
    assert fresh(queued).attempted_at is not None


@pytest.mark.parametrize("gone", ["sent", "delivered", "read", "failed", "unconfirmed"])
def test_nothing_else_is_claimed(queued, gone):
    Message.objects.filter(pk=queued.pk).update(state=gone)

    assert claim(queued.pk) is None
    assert (fresh(queued).state, fresh(queued).attempt_token) == (gone, None)
    assert claim(10**15) is None


def test_a_message_found_as_sending_is_doubted_and_never_sent_again(taken):
    assert claim(taken.pk) is None

    assert state(taken) == ("unconfirmed", None)


def test_an_answer_settles_the_attempt(taken, conversation):
    assert settle(taken, SendResult("wamid.1")) is None

    assert state(taken) == ("sent", "wamid.1")
    assert fresh(conversation).waiting_since is None


def test_the_sleeper_who_was_doubted_still_brings_the_answer(taken):
    doubt(taken)

    settle(taken, SendResult("wamid.1"))

    assert state(taken) == ("sent", "wamid.1")


@pytest.mark.parametrize(
    "outcome", [SendResult("wamid.OLD"), Unknown(Action.UNCONFIRMED), NotSent(Action.RETRY), NotSent(Action.FAIL)]
)
def test_who_comes_back_with_an_old_token_changes_nothing(taken, agent, outcome):
    doubt(taken)
    resend_message(fresh(taken), actor=agent)
    again = claimed(taken)
    before = fresh(taken)

    assert settle(taken, outcome) is None

    after = fresh(taken)
    assert (after.state, after.external_id, after.attempt_token) == ("sending", None, again.attempt_token)
    assert after.attempts == before.attempts
    accept(again, external_id="wamid.NEW")
    assert state(taken) == ("sent", "wamid.NEW")
    settle(taken, outcome)
    assert state(taken) == ("sent", "wamid.NEW")


def test_what_may_have_been_sent_is_unconfirmed(taken, conversation):
    assert settle(taken, Unknown(Action.UNCONFIRMED, text="The provider did not answer.")) is None

    assert state(taken) == ("unconfirmed", None)
    assert fresh(conversation).last_message_state == "unconfirmed"


@pytest.mark.parametrize(
    ("action", "attempts", "wait"),
    [
        (Action.RETRY, 0, 2),
        (Action.RETRY, 3, 16),
        (Action.RETRY, 20, 900),
        (Action.RETRY_PAIR, 0, 1),
        (Action.RETRY_PAIR, 1, 4),
        (Action.RETRY_PAIR, 3, 64),
        (Action.RETRY_PAIR, 9, 900),
        (Action.RETRY_CHANNEL, 0, 2),
    ],
)
def test_a_throttle_waits_longer_each_time(taken, action, attempts, wait):
    taken.attempts = attempts

    assert settle(taken, NotSent(action)) == wait

    assert (fresh(taken).state, fresh(taken).attempts) == ("queued", attempts + 1)


@pytest.mark.parametrize("action", [Action.RETRY, Action.RETRY_PAIR, Action.RETRY_CHANNEL])
def test_the_providers_wish_is_granted(taken, action):
    assert settle(taken, NotSent(action, retry_after=77)) == 77


def test_a_throttle_of_the_number_slows_the_whole_channel_and_one_of_a_pair_does_not(channel, taken):
    settle(taken, NotSent(Action.RETRY_PAIR))
    assert fresh(channel).slow_until is None
    assert seconds_to_wait(taken.pk) == 0

    settle(claimed(taken), NotSent(Action.RETRY_CHANNEL, retry_after=50))
    assert 49 < seconds_to_wait(taken.pk) <= 50


def test_after_thirty_attempts_it_has_failed(taken):
    taken.attempts = 29

    assert settle(taken, NotSent(Action.RETRY, code=131016, text="Service unavailable")) is None

    stored = fresh(taken)
    assert (stored.state, stored.failure_code, stored.failure_text) == ("failed", 131016, "Service unavailable")


def test_a_refusal_is_a_failure_with_its_reason(taken, conversation):
    settle(taken, NotSent(Action.FAIL, code=131026, text="x" * 400))

    stored = fresh(taken)
    assert (stored.state, stored.failure_code, len(stored.failure_text)) == ("failed", 131026, 300)
    assert fresh(conversation).last_message_state == "failed"
    assert not Draft.objects.exists()


@pytest.mark.parametrize("action", [Action.ALERT, Action.STOP_TEMPLATES])
def test_some_refusals_are_told_on_the_channel(channel, taken, action):
    settle(taken, NotSent(action, code=131031, text="Account locked"))

    assert (fresh(taken).state, fresh(channel).trouble, fresh(channel).status) == (
        "failed",
        "Account locked",
        "active",
    )


def test_who_opted_out_is_remembered(taken, conversation):
    settle(taken, NotSent(Action.OPTED_OUT, code=131050))

    assert fresh(taken).state == "failed"
    assert fresh(conversation.contact).marketing_opt_out


@pytest.mark.parametrize("found_out_by", ["us", "the provider"])
def test_a_shut_window_gives_the_text_back_to_who_wrote_it(conversation, agent, queued, found_out_by):
    if found_out_by == "us":
        age(conversation, last_inbound_at=SHUT)
        assert claim(queued.pk) is None
    else:
        assert settle(claimed(queued), NotSent(Action.WINDOW_SHUT, code=131047, text="Re-engagement")) is None

    assert (fresh(queued).state, fresh(queued).failure_code) == ("failed", 131047)
    draft = Draft.objects.get()
    assert (draft.text, draft.member, draft.conversation, draft.kind) == ("Baik", agent, conversation, "reply")


def test_the_text_comes_back_behind_what_was_begun_meanwhile(conversation, agent, queued):
    Draft.objects.create(
        workspace=conversation.workspace, member=agent, conversation=conversation, kind="reply", text="Dear"
    )
    age(conversation, last_inbound_at=SHUT)

    claim(queued.pk)

    assert Draft.objects.get().text == "Dear\nBaik"


def test_a_reaction_that_misses_the_window_is_no_draft(conversation, agent):
    target = conversation.messages.get()
    reaction = react(conversation, actor=agent, target=target, emoji="👍")
    age(conversation, last_inbound_at=SHUT)

    assert claim(reaction.pk) is None

    assert (fresh(reaction).state, fresh(target).reactions) == ("failed", [])
    assert not Draft.objects.exists()


def test_a_template_is_claimed_though_the_window_is_shut(conversation, agent):
    age(conversation, last_inbound_at=SHUT)
    template = {"name": "hello", "language": "id"}

    assert claim(send_template(conversation, actor=agent, template=template, text="Halo").pk) is not None


def test_automatic_messages_that_miss_the_window_have_nobody_to_go_back_to(conversation):
    message = send_buttons(conversation, actor=None, text="Which?", buttons=[])
    age(conversation, last_inbound_at=SHUT)

    claim(message.pk)

    assert fresh(message).state == "failed"
    assert not Draft.objects.exists()


def test_a_dead_token_pauses_the_channel_and_keeps_the_queue(channel, taken):
    assert settle(taken, NotSent(Action.PAUSE_CHANNEL, code=190, text="Token expired")) == 20

    assert (fresh(taken).state, fresh(taken).attempts) == ("queued", 0)
    assert (fresh(channel).status, fresh(channel).trouble) == ("paused", "Token expired")
    assert AuditEvent.objects.get(kind="channel.paused").data == {"trouble": "Token expired"}
    assert seconds_to_wait(taken.pk) == 20


def test_a_channel_is_paused_once_and_resumed(channel, queued, owner):
    pause_channel(channel, actor=None, trouble="Token expired")
    pause_channel(channel, actor=None, trouble="Token expired again")
    assert AuditEvent.objects.filter(kind="channel.paused").count() == 1
    assert fresh(channel).trouble == "Token expired"

    resume_channel(channel, actor=owner)

    assert (fresh(channel).status, fresh(channel).trouble, seconds_to_wait(queued.pk)) == ("active", "", 0)
    assert claim(queued.pk) is not None


def test_a_message_waits_until_it_can_no_longer_be_undone(queued):
    Message.objects.filter(pk=queued.pk).update(send_after=timezone.now() + timedelta(seconds=4))

    assert 3 < seconds_to_wait(queued.pk) <= 4
    assert seconds_to_wait(10**15) == 0


def test_the_user_id_in_the_answer_is_kept(taken, conversation):
    settle(taken, SendResult("wamid.1", user_id="ID.99"))

    assert fresh(conversation.address).user_id == "ID.99"


def test_a_user_id_that_cannot_be_kept_does_not_lose_the_answer(taken, conversation, monkeypatch):
    def broken(address, user_id):
        address.user_id = "x" * 500
        address.save()

    monkeypatch.setattr(sending, "learn_user_id", broken)

    settle(taken, SendResult("wamid.1", user_id="ID.99"))

    assert state(taken) == ("sent", "wamid.1")
    assert fresh(conversation.address).user_id is None
    with pytest.raises(DatabaseError), transaction.atomic():
        broken(fresh(conversation.address), "")


def test_what_a_dead_sender_left_is_unconfirmed_when_its_lease_is_over(conversation, taken):
    workspace = conversation.workspace_id
    assert doubt_abandoned(workspace) == 0
    Message.objects.filter(pk=taken.pk).update(attempted_at=timezone.now() - LEASE - timedelta(seconds=1))

    assert doubt_abandoned(workspace) == 1

    assert state(taken) == ("unconfirmed", None)
    assert doubt_abandoned(workspace) == 0


def test_a_queued_message_gets_a_new_job_only_when_its_own_is_gone(channel, conversation, queued):
    workspace, before = conversation.workspace_id, jobs("messaging.deliver")
    Message.objects.filter(pk=queued.pk).update(send_after=timezone.now() - timedelta(minutes=31))
    assert enqueue_forgotten(workspace) == 0
    assert jobs("messaging.deliver") == before

    forget_jobs()
    assert enqueue_forgotten(workspace) == 1
    assert enqueue_forgotten(workspace) == 0
    assert jobs("messaging.deliver") == before

    forget_jobs()
    pause_channel(channel, actor=None)
    assert enqueue_forgotten(workspace) == 0


def forget_jobs() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed'")


@pytest.mark.parametrize("wrong", [None, uuid.uuid4()])
@pytest.mark.parametrize(
    "conclude", [doubt, lambda it: accept(it, external_id="x"), lambda it: give_back(it, attempts=1)]
)
def test_without_the_token_nothing_is_concluded(taken, wrong, conclude):
    stranger = fresh(taken)
    stranger.attempt_token = wrong

    assert conclude(stranger) is False

    assert state(taken) == ("sending", None)
    assert Conversation.objects.get().waiting_since is not None
