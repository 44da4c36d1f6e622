"""Known bugs to plant into the product: each must make the test of its promise fail.

`conftest.py` runs those tests once more with the bug in. `docs/planted-bugs.md` lists them.
"""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Max
from django.utils import timezone

from helpdesk.accounts import tokens
from helpdesk.pages import encode_key
from messaging import inbox
from messaging.actions import (
    addresses,
    attempts,
    inbound,
    intake,
    openings,
    outbox,
    provider_events,
    routing,
    sending,
    states,
    summary,
    unread,
)
from messaging.channels.whatsapp import events
from messaging.models import Conversation, Message
from messaging.models.conversation import ConversationQuerySet
from messaging.views import conversations, webhooks

Plant = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True)
class Bug:
    """`test` is the end of the id of the test that must fail, below `messaging/tests/`."""

    name: str
    plant: Plant
    test: str


def instead(place: Any, name: str, by: Any) -> Plant:
    return lambda monkeypatch: monkeypatch.setattr(place, name, by)


def handled_by(event: type[events.Event], handler: Any) -> Plant:
    return lambda monkeypatch: monkeypatch.setitem(routing.HANDLERS, event, handler)


def read_then_write(message_id: int) -> Message | None:
    parts = ("conversation__contact", "conversation__address", "channel", "media", "quoted", "author")
    message = Message.objects.select_related(*parts).get(pk=message_id)
    if message.state != "queued":
        return None
    time.sleep(0.05)
    message.state, message.attempt_token, message.attempted_at = "sending", uuid.uuid4(), timezone.now()
    message.save(update_fields=["state", "attempt_token", "attempted_at"])
    return message


def conclude_for_anybody(message: Message, state: str, **more: Any) -> bool:
    columns = {key: value for key, value in more.items() if key not in ("among", "action")}
    return bool(Message.objects.filter(pk=message.pk).update(state=state, **columns))


def queue_the_same(conversation: Conversation, message: Message, *, actor: Any) -> Message:
    Message.objects.filter(pk=message.pk).update(state="queued")
    return message


def last_said_wins(message: Message, said: list[Any]) -> None:
    statuses = [event for event in said if event.kind in ("sent", "delivered", "read", "failed")]
    message.state = max(statuses, key=lambda event: event.pk).kind if statuses else message.state


def status_of_known_messages(channel: Any, event: Any, received_at: Any) -> None:
    if Message.objects.filter(external_id=event.external_id).exists():
        provider_events.record_status(channel, event, received_at=received_at)


def newest(channel: Any, address: Any) -> Conversation | None:
    return Conversation.objects.filter(channel=channel, address=address).order_by("-id").first()


def reaction_as_a_message(channel: Any, event: Any, received_at: Any) -> None:
    address = addresses.whatsapp_address(channel.workspace, event.party)
    openings.conversation_for(channel, address, at=received_at)


def count_by_the_clock(conversation: Conversation, message: Message) -> list[str]:
    reply = conversation.messages.filter(direction="out").aggregate(last=Max("provider_time"))["last"]
    if reply is None or message.provider_time > reply:
        conversation.waiting_since = conversation.waiting_since or message.provider_time
    return ["waiting_since"]


def always_last(conversation: Conversation, message: Message) -> list[str]:
    conversation.last_message_direction = ""
    return summary.show_as_last(conversation, message)


def all_or_nothing(delivery: Any) -> None:
    for event in intake.parse(bytes(delivery.raw)).events:
        routing.handle_event(delivery.channel, event, received_at=delivery.received_at)


def forget_the_other(kept: Any, *, gone: Any) -> None:
    Message.objects.filter(conversation__address=gone).delete()
    Conversation.objects.filter(address=gone).delete()


ACTIONS = [
    Bug(
        "A claim reads and then writes",
        instead(sending, "claim", read_then_write),
        "actions/test_races.py::test_a_message_is_claimed_once",
    ),
    Bug(
        "Who comes back with an old token concludes the attempt",
        instead(sending, "_conclude", conclude_for_anybody),
        "actions/test_sending.py::test_who_comes_back_with_an_old_token_changes_nothing[outcome0]",
    ),
    Bug(
        "What may have been sent is queued again",
        instead(sending, "doubt", lambda message: sending.give_back(message, attempts=1)),
        "actions/test_sending.py::test_what_may_have_been_sent_is_unconfirmed",
    ),
    Bug(
        "The status that was written last wins",
        instead(states, "_apply_statuses", last_said_wins),
        "actions/test_states.py::test_every_order_of_all_four_is_read[order2]",
    ),
    Bug(
        "A failure beats proof of arrival",
        instead(states, "merged_state", lambda local, said: "failed" if "failed" in said else "read"),
        "actions/test_states.py::test_every_order_of_all_four_is_read[order0]",
    ),
    Bug(
        "A status that finds no message is thrown away",
        handled_by(events.Status, status_of_known_messages),
        "actions/test_states.py::TestOneByOne::test_a_status_of_an_unknown_message_waits_for_it",
    ),
    Bug(
        "A known message is stored again",
        instead(inbound, "_is_known", lambda channel, external_id: False),
        "actions/test_inbound.py::test_a_message_becomes_one_message_of_one_conversation",
    ),
    Bug(
        "Two workers handle one workspace at once",
        instead(intake, "_is_ours", lambda workspace_id: True),
        "actions/test_races.py::test_an_album_in_any_order_is_one_conversation",
    ),
    Bug(
        "One bad item undoes its whole body",
        instead(intake, "handle_delivery", all_or_nothing),
        "actions/test_intake.py::test_one_bad_item_is_undone_alone_and_the_others_go_on[cause0]",
    ),
    Bug(
        "Trouble in one workspace ends the round",
        instead(intake, "_drain_apart", intake.drain_workspace),
        "actions/test_intake.py::test_trouble_in_one_workspace_keeps_no_other_waiting[sql_error]",
    ),
    Bug(
        "A message goes to the newest conversation, open or not",
        instead(openings, "_current", newest),
        "actions/test_openings.py::test_a_message_goes_to_the_open_conversation_though_a_resolved_one_is_newer",
    ),
    Bug(
        "A reaction opens a conversation again",
        handled_by(events.Reaction, reaction_as_a_message),
        "actions/test_openings.py"
        "::test_what_is_no_message_neither_reopens_nor_wakes_nor_starts_waiting[reaction-resolved]",
    ),
    Bug(
        "The waiting goes by the provider's clock",
        instead(inbound, "count_inbound", count_by_the_clock),
        "actions/test_waiting.py::test_a_message_that_came_late_was_not_answered_by_the_reply_before_it",
    ),
    Bug(
        "The row shows what arrived last",
        instead(inbound, "show_as_last", always_last),
        "actions/test_inbound.py::test_a_late_message_takes_its_place_and_is_waited_for",
    ),
    Bug(
        "A member who left is told of new messages",
        instead(unread, "ADD", unread.ADD.replace("member.removed_at IS NULL", "true")),
        "actions/test_unread.py::test_who_was_removed_or_cannot_sign_in_has_nothing_unread",
    ),
    Bug(
        "Of two joined addresses one loses its messages",
        instead(addresses, "merge_conversations", forget_the_other),
        "actions/test_addresses.py::test_known_apart_they_are_joined_and_two_open_conversations_become_one[True]",
    ),
    Bug(
        "A reaction of ours stays though it failed",
        instead(sending, "follow_failure", lambda *args, **kwargs: None),
        "actions/test_provider_events.py::test_our_reaction_that_fails_gives_way_to_the_one_before",
    ),
    Bug(
        "What came before its message is forgotten",
        instead(inbound, "apply_events", lambda message, *, conversation: False),
        "actions/test_provider_events.py::test_an_edit_before_its_message_waits_for_it",
    ),
    Bug(
        "A retry keeps the id of the failed attempt",
        instead(attempts, "_send_anew", queue_the_same),
        "actions/test_attempts.py::test_what_is_said_of_the_failed_attempt_stays_with_it",
    ),
    Bug(
        "The one-time key of a form is not looked at",
        instead(outbox, "sent_before", lambda *args: None),
        "actions/test_replies.py::test_the_same_form_sent_twice_sends_once",
    ),
    Bug(
        "A shut window is hidden and not refused",
        instead(outbox, "refuse_sending", lambda *args: None),
        "actions/test_replies.py::test_nothing_is_sent_where_nothing_may_be[text-shut]",
    ),
]
PAGES = [
    Bug(
        "A signature is not checked",
        instead(webhooks, "verify_signature", lambda raw, headers, secret: True),
        "test_webhook.py::test_without_a_right_signature_nothing_is_stored_and_nothing_queued[other secret]",
    ),
    Bug(
        "A body is read however long it is",
        instead(webhooks, "_body", lambda request: request.META["wsgi.input"].read()),
        "test_webhook.py::test_a_body_in_chunks_is_not_read_beyond_the_limit",
    ),
    Bug(
        "A token may live for ever",
        instead(tokens, "LONGEST", timedelta(days=10**6)),
        "test_api.py::test_a_bad_token_is_401_and_a_problem[lives too long]",
    ),
    Bug(
        "Pages follow each other by time alone",
        instead(inbox, "encode_key", lambda at, pk: encode_key(at, 0)),
        "views/test_inbox.py::test_older_conversations_follow_without_gap_or_repetition[all]",
    ),
    Bug(
        "The people of each row are asked for one by one",
        instead(ConversationQuerySet, "with_people", lambda self: self),
        "views/test_inbox.py::test_the_list_costs_the_same_however_much_is_on_it",
    ),
    Bug(
        "A blocked contact stays in the list",
        instead(ConversationQuerySet, "visible_to", lambda self, member: self.filter(workspace=member.workspace)),
        "views/test_inbox.py::test_a_blocked_contact_is_out_of_sight",
    ),
    Bug(
        "An open page is told only what is newer than its clock",
        instead(conversations, "events_since", lambda workspace_id, cursor: []),
        "views/test_changes.py::test_after_a_long_absence_nothing_is_missed",
    ),
]
BUGS = [*ACTIONS, *PAGES]
