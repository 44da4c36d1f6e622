"""Reactions, edits and deletions show on their message, whenever they come."""

import itertools
from datetime import timedelta

import pytest
from django.utils import timezone

from messaging.actions.replies import react
from messaging.actions.sending import fail
from messaging.channels.whatsapp.errors import Action
from messaging.models import Message, ProviderEvent
from messaging.tests.bodies import text_message, value
from messaging.tests.scenes import (
    claimed,
    deliver,
    edit,
    epoch,
    fresh,
    hear,
    reaction,
    reply,
    revoke,
    sent,
    tell,
    write,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_workspace")]


def minutes_ago(minutes: int) -> str:
    return epoch(timezone.now() - timedelta(minutes=minutes))


def thumbs(side: str = "in", emoji: str = "👍") -> dict[str, str]:
    return {"side": side, "emoji": emoji}


def test_a_reaction_shows_on_its_message_and_is_none_of_its_own(channel, conversation, agent):
    ours = reply(conversation, agent)

    hear(channel, reaction(ours.external_id))

    assert fresh(ours).reactions == [thumbs()]
    assert not Message.objects.filter(kind="reaction").exists()


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_last_reaction_counts_whatever_the_order_of_arrival(channel, conversation, agent, order):
    ours = reply(conversation, agent)
    said = [reaction(ours.external_id, emoji, timestamp=minutes_ago(3 - n)) for n, emoji in enumerate(("👍", "", "🎉"))]

    for place in order:
        hear(channel, said[place])
        hear(channel, said[place])

    assert fresh(ours).reactions == [thumbs(emoji="🎉")]


@pytest.mark.parametrize("removal", [{"emoji": ""}, {}])
def test_a_reaction_can_be_taken_back(channel, conversation, agent, removal):
    ours = reply(conversation, agent)
    hear(channel, reaction(ours.external_id, timestamp=minutes_ago(1)))
    taken_back = reaction(ours.external_id)
    taken_back["reaction"] = {"message_id": ours.external_id, **removal}

    hear(channel, taken_back)

    assert fresh(ours).reactions == []


def test_a_reaction_before_its_message_waits_for_it(channel):
    message = text_message()
    hear(channel, reaction(message["id"]))

    hear(channel, message)

    assert Message.objects.get().reactions == [thumbs()]


def test_both_sides_react(channel, conversation, agent):
    message = conversation.messages.get()
    sent(react(conversation, actor=agent, target=message, emoji="❤️"))

    hear(channel, reaction(message.external_id))

    assert fresh(message).reactions == [thumbs(), thumbs("out", "❤️")]


def test_our_reaction_stands_though_the_phone_reacted_before(channel, conversation, agent):
    message = conversation.messages.get()
    on_phone = {**reaction(message.external_id, "😮", timestamp=minutes_ago(1)), "to": "628125550140", "from": "1"}
    deliver(channel, value(channel, {"message_echoes": [on_phone]}, field="smb_message_echoes"))
    assert fresh(message).reactions == [thumbs("out", "😮")]

    react(conversation, actor=agent, target=message, emoji="❤️")
    hear(channel, reaction(message.external_id))

    assert fresh(message).reactions == [thumbs(), thumbs("out", "❤️")]


def test_our_reaction_that_fails_gives_way_to_the_one_before(conversation, agent):
    message = conversation.messages.get()
    sent(react(conversation, actor=agent, target=message, emoji="👍"))
    second = react(conversation, actor=agent, target=message, emoji="❤️")
    assert fresh(message).reactions == [thumbs("out", "❤️")]

    fail(claimed(second), action=Action.FAIL, code=131009, text="Too old")

    assert fresh(message).reactions == [thumbs("out", "👍")]


def test_our_reaction_that_fails_in_a_status_is_taken_back(channel, conversation, agent):
    message = conversation.messages.get()
    ours = sent(react(conversation, actor=agent, target=message, emoji="👍"))

    tell(channel, ours.external_id, "failed")

    assert fresh(message).reactions == []


def test_an_edit_changes_the_words_and_keeps_the_first(channel):
    message = write(channel, "Helo")

    hear(channel, edit(message.external_id, "Hello", timestamp=minutes_ago(1)))
    hear(channel, edit(message.external_id, "Hello there"))

    shown = fresh(message)
    assert (shown.text, shown.payload["original_text"]) == ("Hello there", "Helo")
    assert shown.edited_at is not None
    assert fresh(message.conversation).last_message_preview == "Hello there"


def test_an_earlier_edit_that_comes_later_changes_nothing(channel):
    message = write(channel, "Helo")

    hear(channel, edit(message.external_id, "second"))
    hear(channel, edit(message.external_id, "first", timestamp=minutes_ago(1)))

    assert fresh(message).text == "second"


def test_an_edit_before_its_message_waits_for_it(channel):
    message = text_message(text="Helo")

    hear(channel, edit(message["id"], "Hello"))
    hear(channel, message)

    stored = Message.objects.get()
    assert (stored.text, stored.conversation.last_message_preview) == ("Hello", "Hello")


def test_a_deleted_message_is_no_longer_shown_in_the_list(channel):
    message = write(channel, "Oops")

    hear(channel, revoke(message.external_id))
    hear(channel, revoke(message.external_id))

    row = fresh(message.conversation)
    assert fresh(message).deleted_at is not None
    assert (row.last_message_preview, row.last_message_kind) == ("", "deleted")


def test_a_deletion_before_its_message_waits_for_it(channel):
    message = text_message(text="Oops")

    hear(channel, revoke(message["id"]))
    hear(channel, message)

    stored = Message.objects.get()
    assert stored.deleted_at is not None
    assert stored.conversation.last_message_preview == ""


def test_what_happens_to_an_older_message_leaves_the_row_alone(channel):
    first = write(channel, "first", ago=timedelta(minutes=1))
    write(channel, "second")

    hear(channel, edit(first.external_id, "FIRST"), reaction(first.external_id))
    hear(channel, revoke(first.external_id))

    assert fresh(first.conversation).last_message_preview == "second"


def test_what_is_about_a_message_that_never_comes_is_kept(channel):
    hear(channel, edit("wamid.NEVER", "x"), revoke("wamid.NEVER"), reaction("wamid.NEVER"))

    assert list(ProviderEvent.objects.order_by("id").values_list("kind", "target")) == [
        ("edit", "wamid.NEVER"),
        ("delete", "wamid.NEVER"),
        ("reaction", "wamid.NEVER"),
    ]
    assert not Message.objects.exists()
