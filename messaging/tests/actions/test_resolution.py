from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from helpdesk.audit.models import AuditEvent
from helpdesk.errors import RuleViolation
from messaging.actions import resolution
from messaging.actions.resolution import need_no_reply, reopen_conversation, resolve_conversation
from messaging.models import Conversation
from messaging.tests.scenes import age, events, fresh, jobs, reply, unread_of, write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_workspace")]


def test_resolving_ends_the_waiting_and_reads_it_for_everyone(channel, agent, colleague):
    conversation = write(channel).conversation
    assert unread_of(conversation) == {"Dewi Lestari": 1, "Sari Wulandari": 1}

    resolve_conversation(conversation, actor=agent)

    conversation = fresh(conversation)
    assert (conversation.status, conversation.waiting_since, unread_of(conversation)) == ("resolved", None, {})
    assert conversation.resolved_at is not None
    assert events(conversation) == ["conversation.resolved"]
    assert AuditEvent.objects.get(kind="conversation.resolved").actor_id == agent.pk


def test_resolving_twice_is_refused(conversation, agent):
    resolve_conversation(conversation, actor=agent)
    before = fresh(conversation)

    with pytest.raises(RuleViolation, match="already resolved"):
        resolve_conversation(conversation, actor=agent)

    assert fresh(conversation).resolved_at == before.resolved_at
    assert events(conversation) == ["conversation.resolved"]
    assert jobs() == []


def test_a_snoozed_conversation_can_be_resolved(conversation, agent):
    Conversation.objects.update(status="snoozed", snoozed_until=conversation.created_at)

    resolve_conversation(conversation, actor=agent)

    assert (fresh(conversation).status, fresh(conversation).snoozed_until) == ("resolved", None)


def test_reopening_an_open_conversation_is_refused(conversation, agent):
    with pytest.raises(RuleViolation, match="already open"):
        reopen_conversation(conversation, actor=agent)

    assert events(conversation) == []


def test_reopening_beside_an_open_one_is_refused_and_names_it(channel, conversation, agent):
    resolve_conversation(conversation, actor=agent)
    age(conversation, resolved_at=timedelta(days=15))
    beside = write(channel).conversation

    with pytest.raises(RuleViolation, match=rf"#{beside.number} "):
        reopen_conversation(conversation, actor=agent)

    assert fresh(conversation).status == "resolved"
    assert events(conversation) == ["conversation.resolved"]


def test_an_opening_between_the_question_and_the_answer_is_refused_too(channel, conversation, agent, monkeypatch):
    resolve_conversation(conversation, actor=agent)
    age(conversation, resolved_at=timedelta(days=15))
    beside = write(channel).conversation
    asked: list[Conversation] = []
    refuse = resolution._refuse_a_second
    monkeypatch.setattr(resolution, "_refuse_a_second", lambda found: refuse(found) if asked else asked.append(found))

    with pytest.raises(RuleViolation, match=rf"#{beside.number} "):
        reopen_conversation(conversation, actor=agent)

    assert fresh(conversation).status == "resolved"


def test_the_database_refuses_a_second_open_conversation(channel, conversation, agent):
    resolve_conversation(conversation, actor=agent)
    age(conversation, resolved_at=timedelta(days=15))
    write(channel)

    with pytest.raises(IntegrityError, match="conversation_one_open"), transaction.atomic():
        Conversation.objects.filter(pk=conversation.pk).update(status="open", resolved_at=None)


def test_reopened_by_hand_it_has_the_window_of_what_was_written_elsewhere(channel, conversation, agent):
    resolve_conversation(conversation, actor=agent)
    age(conversation, resolved_at=timedelta(days=15), last_inbound_at=timedelta(days=15))
    newer = write(channel).conversation
    resolve_conversation(newer, actor=agent)

    conversation = reopen_conversation(conversation, actor=agent)

    assert conversation.last_inbound_at == newer.last_inbound_at
    assert conversation.window_is_open
    assert conversation.waiting_since is None


def test_no_reply_needed_ends_the_waiting_until_the_next_message(channel, conversation, agent):
    need_no_reply(conversation, actor=agent)

    conversation = fresh(conversation)
    assert (conversation.status, conversation.waiting_since, unread_of(conversation)) == ("open", None, {})

    message = write(channel, "But")
    assert fresh(conversation).waiting_since == message.provider_time


def test_no_reply_needed_is_refused_where_nobody_waits(conversation, agent):
    reply(conversation, agent)

    with pytest.raises(RuleViolation, match="Nobody is waiting"):
        need_no_reply(conversation, actor=agent)
