from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.accounts.models import Member, Team
from helpdesk.audit.models import AuditEvent
from messaging.actions.resolution import reopen_conversation, resolve_conversation
from messaging.models import Conversation, Message
from messaging.tests.scenes import (
    NADIA,
    act,
    age,
    echo,
    edit,
    events,
    fresh,
    hear,
    reaction,
    reply,
    revoke,
    tell,
    unread_of,
    write,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_workspace")]

ASLEEP = {"status": "snoozed", "snoozed_until": timezone.now() + timedelta(days=1)}


def resolved(conversation: Conversation, actor: Member, ago: timedelta = timedelta()) -> Conversation:
    resolve_conversation(conversation, actor=actor)
    return age(conversation, resolved_at=ago)


def quiet_events(message: Message, ours: Message) -> dict:
    """What may happen to a conversation without anybody writing to it."""
    return {
        "reaction": reaction(message.external_id),
        "reaction taken back": reaction(message.external_id, ""),
        "edit": edit(message.external_id, "Other words"),
        "edit of an unknown message": edit("wamid.UNKNOWN", "Other words"),
        "deletion": revoke(message.external_id),
        "system": act("system", {"body": "Nadia's security code changed", "type": "customer_identity_changed"}),
        "first opening": act("request_welcome", {}),
        "a new number": act("system", {"body": "moved", "wa_id": "628999000111", "type": "user_changed_number"}),
    }


QUIET = [
    "reaction",
    "reaction taken back",
    "edit",
    "edit of an unknown message",
    "deletion",
    "system",
    "first opening",
    "a new number",
]


@pytest.mark.parametrize("days", [0, 13.9])
def test_a_message_within_the_reopen_period_reopens(channel, conversation, agent, days):
    conversation = resolved(conversation, agent, timedelta(days=days))

    message = write(channel, "One more thing")

    conversation = fresh(conversation)
    assert message.conversation == conversation
    assert (conversation.status, conversation.resolved_at) == ("open", None)
    assert conversation.waiting_since == message.provider_time
    assert events(conversation) == ["conversation.resolved", "conversation.reopened"]
    assert unread_of(conversation) == {"Dewi Lestari": 1}


def test_a_message_after_the_reopen_period_starts_a_new_conversation(channel, conversation, agent):
    old = resolved(conversation, agent, timedelta(days=14, minutes=1))

    message = write(channel, "Something else")

    assert message.conversation != old
    assert message.conversation.number == old.number + 1
    assert fresh(old).status == "resolved"
    assert Conversation.objects.live().count() == 1


def test_the_reopen_period_is_the_workspaces(channel, conversation, agent):
    channel.workspace.settings["reopen_days"] = 30
    channel.workspace.save()
    old = resolved(conversation, agent, timedelta(days=29))

    assert write(channel).conversation == old


def test_a_snoozed_conversation_wakes(channel, conversation):
    Conversation.objects.update(**ASLEEP)

    message = write(channel, "Are you there?")

    conversation = fresh(conversation)
    assert message.conversation == conversation
    assert (conversation.status, conversation.snoozed_until) == ("open", None)
    assert events(conversation) == ["conversation.woken"]


@pytest.mark.parametrize("state", ["resolved", "snoozed"])
@pytest.mark.parametrize("what", QUIET)
def test_what_is_no_message_neither_reopens_nor_wakes_nor_starts_waiting(channel, conversation, agent, state, what):
    ours = reply(conversation, agent)
    message = conversation.messages.get(direction="in")
    columns = ASLEEP if state == "snoozed" else {"status": "resolved", "resolved_at": timezone.now()}
    Conversation.objects.update(**columns)

    hear(channel, quiet_events(message, ours)[what])
    tell(channel, ours.external_id, "delivered", "read")

    conversation = Conversation.objects.get()
    assert (conversation.status, conversation.waiting_since) == (state, None)
    assert unread_of(conversation) == {}
    assert events(conversation) == ["conversation.assigned"]


@pytest.mark.parametrize("what", QUIET)
def test_what_is_no_message_does_not_start_waiting_in_an_open_conversation(channel, conversation, agent, what):
    ours = reply(conversation, agent)
    message = conversation.messages.get(direction="in")

    hear(channel, quiet_events(message, ours)[what])
    tell(channel, ours.external_id, "sent", "read")

    conversation = Conversation.objects.get()
    assert (conversation.status, conversation.waiting_since, unread_of(conversation)) == ("open", None, {})


def test_what_the_business_writes_on_its_phone_neither_reopens_nor_wakes(channel, conversation, agent):
    conversation = resolved(conversation, agent)

    message = echo(channel, "Sampai jumpa")

    assert message.conversation == conversation
    assert fresh(conversation).status == "resolved"


def test_a_phone_that_writes_first_starts_a_conversation_that_is_resolved(channel, agent):
    message = echo(channel, "Halo, ini Eagle")

    conversation = message.conversation
    assert (conversation.status, conversation.waiting_since, conversation.assignee) == ("resolved", None, None)
    assert conversation.window_ends_at is None
    assert write(channel).conversation == conversation


@pytest.mark.parametrize(
    ("availability", "kept"),
    [({"availability": "available"}, True), ({"availability": "away"}, False), ({"removed_at": timezone.now()}, False)],
)
@pytest.mark.parametrize("state", ["resolved", "snoozed"])
def test_back_it_keeps_an_available_assignee_only(channel, conversation, agent, colleague, state, availability, kept):
    Member.objects.filter(pk=agent.pk).update(**availability)
    columns = ASLEEP if state == "snoozed" else {"status": "resolved", "resolved_at": timezone.now()}
    Conversation.objects.update(assignee=agent, **columns)
    conversation.unread.all().delete()

    write(channel)

    conversation = fresh(conversation)
    assert conversation.assignee == (agent if kept else None)
    everybody = {"Dewi Lestari": 1, "Sari Wulandari": 1}
    if "removed_at" in availability:
        del everybody["Dewi Lestari"]
    assert unread_of(conversation) == ({"Dewi Lestari": 1} if kept else everybody)


def test_reopened_by_hand_it_keeps_its_assignee_if_available_or_if_they_did_it(conversation, agent, colleague):
    Conversation.objects.update(assignee=agent)
    Member.objects.filter(pk=agent.pk).update(availability="away")
    resolved(conversation, agent)

    reopen_conversation(conversation, actor=agent)
    assert fresh(conversation).assignee == agent

    resolved(conversation, agent)
    reopen_conversation(conversation, actor=colleague)
    assert fresh(conversation).assignee is None


def test_a_message_goes_to_the_open_conversation_though_a_resolved_one_is_newer(channel, conversation, agent):
    first = resolved(conversation, agent, timedelta(days=20))
    second = write(channel, "new").conversation
    resolved(second, agent)
    reopen_conversation(first, actor=agent)

    message = write(channel, "again")

    assert message.conversation == first
    assert (fresh(first).status, fresh(second).status) == ("open", "resolved")
    assert echo(channel).conversation == first


def test_a_new_conversation_starts_in_the_channels_team_and_says_so_in_the_audit_log(channel, agent):
    channel.team = Team.objects.create(workspace=channel.workspace, name="Visa")
    channel.save(update_fields=["team"])

    conversation = write(channel).conversation

    assert conversation.team.name == "Visa"
    started = AuditEvent.objects.get(kind="conversation.started")
    assert (started.subject_id, started.actor_kind) == (conversation.pk, "system")


def test_conversations_of_two_people_are_two(channel):
    write(channel, sender=NADIA)
    write(channel, sender="628111222333")

    assert list(Conversation.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
