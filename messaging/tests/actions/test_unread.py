import pytest
from django.utils import timezone

from helpdesk.accounts.models import Member, User
from messaging.actions.assignment import assign_conversation
from messaging.actions.reading import read_conversation
from messaging.actions.replies import react, send_text, write_note
from messaging.actions.unread import mark_unread
from messaging.models import Unread
from messaging.tests.scenes import act, echo, edit, fresh, hear, jobs, reaction, tell, unread_of, write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_workspace")]

DEWI, SARI, OKI = "Dewi Lestari", "Sari Wulandari", "Oki Owner"


def test_what_is_nobodys_is_unread_for_everybody(channel, agent, colleague, owner):
    conversation = write(channel).conversation
    write(channel)

    assert unread_of(conversation) == {DEWI: 2, SARI: 2, OKI: 2}


def test_what_is_somebodys_is_unread_for_them_alone(channel, conversation, agent, colleague):
    assign_conversation(conversation, actor=agent, assignee=agent)

    write(channel)

    assert unread_of(conversation) == {DEWI: 1}


def test_who_was_removed_or_cannot_sign_in_has_nothing_unread(channel, agent, colleague, owner):
    Member.objects.filter(pk=agent.pk).update(removed_at=timezone.now())
    User.objects.filter(pk=colleague.user_id).update(is_active=False)

    conversation = write(channel).conversation

    assert unread_of(conversation) == {OKI: 1}


def test_a_new_member_starts_with_everything_read(channel, agent, request):
    conversation = write(channel).conversation

    request.getfixturevalue("colleague")

    assert unread_of(conversation) == {DEWI: 1}


def test_opening_a_conversation_reads_it_for_who_opened_it(channel, agent, colleague):
    conversation = write(channel).conversation

    read_conversation(conversation, actor=agent)

    assert unread_of(conversation) == {SARI: 1}


def test_a_reply_reads_what_it_answers_for_everyone(channel, agent, colleague):
    conversation = write(channel).conversation

    send_text(conversation, actor=agent, text="Baik")

    assert unread_of(conversation) == {}


def test_a_reply_from_the_phone_reads_for_everyone(channel, agent, colleague):
    conversation = write(channel).conversation

    echo(channel)

    assert unread_of(conversation) == {}
    assert fresh(conversation).assignee is None


@pytest.mark.parametrize(
    "deed", [lambda it, who: write_note(it, actor=who, text="psst"), lambda it, who: react(it, actor=who, **first(it))]
)
def test_a_note_or_a_reaction_reads_for_nobody(channel, agent, colleague, deed):
    conversation = write(channel).conversation

    deed(conversation, agent)

    assert unread_of(conversation) == {DEWI: 1, SARI: 1}


def first(conversation):
    return {"target": conversation.messages.get(direction="in"), "emoji": "👍"}


def test_what_is_no_message_is_not_counted(channel, agent):
    message = write(channel)
    ours = send_text(message.conversation, actor=agent, text="Baik")

    hear(channel, reaction(message.external_id), edit(message.external_id, "Oh"))
    hear(channel, act("system", {"body": "changed", "type": "customer_identity_changed"}))
    tell(channel, "wamid.OURS", "sent", biz_opaque_callback_data=str(ours.callback_id))

    assert unread_of(message.conversation) == {}


def test_what_is_handed_on_is_unread_for_whose_it_is_now(channel, agent, colleague, owner):
    conversation = write(channel).conversation
    write(channel)

    assign_conversation(conversation, actor=owner, assignee=colleague)
    assert unread_of(conversation) == {SARI: 2}

    assign_conversation(conversation, actor=owner, assignee=None)
    assert unread_of(conversation) == {DEWI: 2, SARI: 2}


def test_who_takes_a_conversation_has_read_it(channel, agent, colleague):
    conversation = write(channel).conversation

    assign_conversation(conversation, actor=agent, assignee=agent)

    assert unread_of(conversation) == {}


def test_what_was_read_is_not_handed_on(channel, conversation, agent, colleague):
    assign_conversation(conversation, actor=agent, assignee=agent)

    assign_conversation(conversation, actor=agent, assignee=colleague)

    assert unread_of(conversation) == {}


def test_a_conversation_can_be_marked_unread_again(conversation, agent):
    mark_unread(conversation, actor=agent)
    mark_unread(conversation, actor=agent)

    assert unread_of(conversation) == {DEWI: 1}


@pytest.mark.parametrize(
    ("setting", "assigned", "told"), [("open", True, 1), ("open", False, 0), ("reply", True, 0), ("never", True, 0)]
)
def test_the_customer_is_told_that_it_was_read_when_the_setting_says_so(channel, agent, setting, assigned, told):
    channel.workspace.settings["read_receipts"] = setting
    channel.workspace.save()
    conversation = write(channel).conversation
    if assigned:
        assign_conversation(conversation, actor=agent, assignee=agent)
        write(channel)

    read_conversation(fresh(conversation), actor=agent)
    read_conversation(fresh(conversation), actor=agent)

    assert len(jobs("messaging.send_receipt")) == told
    assert not Unread.objects.exists()
