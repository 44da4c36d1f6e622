"""A message's state is a function of the set of its statuses: order and repetition play no part."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from messaging.actions.provider_events import record_status
from messaging.actions.replies import send_text
from messaging.actions.sending import accept, doubt
from messaging.actions.states import merged_state
from messaging.channels.whatsapp.events import DeliveryStatus, ProviderError, Status
from messaging.models import Message, ProviderEvent
from messaging.tests.bodies import wamid
from messaging.tests.scenes import claimed, fresh, jobs, reply, tell

SAID = ("sent", "delivered", "read", "failed")
START = datetime(2026, 11, 20, tzinfo=UTC)
in_database = pytest.mark.usefixtures("in_workspace")
statuses = st.lists(st.sampled_from([*SAID, "played"]), min_size=1, max_size=8)


def expected(said: set[str]) -> str:
    """The rule in other words than the product's: proof of arrival, then failure, then acceptance."""
    ranks = {"sent": 1, "failed": 2, "delivered": 3, "read": 4, "played": 4}
    best = max(said, key=lambda status: ranks[status])
    return "read" if best == "played" else best


@given(st.sampled_from(["queued", "sending", "sent", "unconfirmed", "failed"]), st.sets(st.sampled_from(SAID)))
@settings(max_examples=500)
def test_the_merged_state_is_the_best_that_was_said(local, said):
    assert merged_state(local, said) == (expected(said) if said else local)


@given(st.lists(st.sampled_from(SAID), min_size=1, max_size=12))
@settings(max_examples=2000, deadline=None)
def test_no_order_and_no_repetition_changes_the_state_and_it_never_moves_back(said):
    order = ["sending", "sent", "failed", "delivered", "read"]
    state, heard = "sending", set()
    for status in said:
        heard.add(status)
        after = merged_state(state, heard)
        assert order.index(after) >= order.index(state)
        state = after

    assert state == expected(set(said))


def as_status(external_id: str, name: str, minute: int, **fields: Any) -> Status:
    return Status(
        external_id=external_id,
        status=DeliveryStatus(name),
        provider_time=START + timedelta(minutes=minute),
        errors=(ProviderError(code=131026, message="Undeliverable"),) if name == "failed" else (),
        **fields,
    )


@pytest.mark.django_db
@in_database
@given(heard=statuses, by_callback=st.booleans(), answer_at=st.integers(0, 8))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_of_statuses_and_the_answer_gives_the_state_of_their_set(
    channel, conversation, agent, heard, by_callback, answer_at
):
    message = claimed(send_text(conversation, actor=agent, text="Baik"))
    external_id, fields = wamid(), {"callback_id": str(message.callback_id)} if by_callback else {}

    for place, name in enumerate(heard):
        if place == answer_at:
            accept(message, external_id=external_id)
        record_status(channel, as_status(external_id, name, place, **fields), received_at=START)
    if answer_at >= len(heard):
        accept(message, external_id=external_id)

    shown = fresh(message)
    assert (shown.state, shown.external_id) == (expected({"sent", *heard}), external_id)
    assert shown.failure_code == (131026 if shown.state == "failed" else None)
    assert shown.failure_text == ("Undeliverable" if shown.state == "failed" else "")
    assert fresh(conversation).last_message_state == shown.state
    fresh(message).delete()


@pytest.mark.django_db
@in_database
@pytest.mark.parametrize("order", list(itertools.permutations(SAID)))
def test_every_order_of_all_four_is_read(channel, conversation, agent, order):
    message = reply(conversation, agent)

    for name in order:
        tell(channel, message.external_id, name)
        tell(channel, message.external_id, name)

    assert fresh(message).state == "read"
    assert ProviderEvent.objects.filter(target=message.external_id).count() == 4


@pytest.mark.django_db
@in_database
class TestOneByOne:
    def test_a_status_that_overtakes_the_answer_is_found_by_our_id(self, channel, conversation, agent):
        message = claimed(send_text(conversation, actor=agent, text="Baik"))

        tell(channel, "wamid.EARLY", "delivered", biz_opaque_callback_data=str(message.callback_id))
        assert (fresh(message).state, fresh(message).external_id) == ("delivered", "wamid.EARLY")
        accept(message, external_id="wamid.EARLY")

        assert (fresh(message).state, fresh(message).external_id) == ("delivered", "wamid.EARLY")
        assert fresh(conversation).waiting_since is None

    def test_a_status_of_an_unknown_message_waits_for_it(self, channel, conversation, agent):
        tell(channel, "wamid.LATER", "sent", "read")
        message = claimed(send_text(conversation, actor=agent, text="Baik"))

        accept(message, external_id="wamid.LATER")

        assert fresh(message).state == "read"

    def test_what_came_under_the_providers_id_is_found_once_our_id_brings_it(self, channel, conversation, agent):
        message = claimed(send_text(conversation, actor=agent, text="Baik"))

        tell(channel, "wamid.X", "read")
        tell(channel, "wamid.X", "sent", biz_opaque_callback_data=str(message.callback_id))

        assert (fresh(message).state, fresh(message).external_id) == ("read", "wamid.X")

    def test_statuses_that_name_our_id_alone_are_kept_apart(self, channel, conversation, agent):
        messages = [claimed(send_text(conversation, actor=agent, text=text)) for text in ("one", "two")]

        for message in messages:
            tell(channel, "", "sent", biz_opaque_callback_data=str(message.callback_id))

        assert [(fresh(each).state, fresh(each).external_id) for each in messages] == [("sent", None)] * 2

    @pytest.mark.parametrize("nonsense", ["", "no uuid", "0" * 600])
    def test_an_id_that_is_not_ours_is_no_error(self, channel, conversation, agent, nonsense):
        message = reply(conversation, agent)

        tell(channel, message.external_id, "read", biz_opaque_callback_data=nonsense)

        assert fresh(message).state == "read"

    def test_a_status_settles_what_nobody_knew(self, channel, conversation, agent):
        message = claimed(send_text(conversation, actor=agent, text="Baik"))
        doubt(message)

        tell(channel, "wamid.GOT", "sent", biz_opaque_callback_data=str(message.callback_id))

        assert (fresh(message).state, fresh(message).external_id) == ("sent", "wamid.GOT")

    def test_a_failure_has_the_providers_reason(self, channel, conversation, agent):
        message = reply(conversation, agent)
        errors = [{"code": 131026, "title": "Undeliverable", "error_data": {"details": "Not on WhatsApp"}}]

        tell(channel, message.external_id, "failed", errors=errors)

        shown = fresh(message)
        assert (shown.state, shown.failure_code, shown.failure_text) == ("failed", 131026, "Not on WhatsApp")
        assert fresh(conversation).last_message_state == "failed"

    def test_a_failure_without_a_reason_is_a_failure(self, channel, conversation, agent):
        message = reply(conversation, agent)

        tell(channel, message.external_id, "failed")

        assert (fresh(message).state, fresh(message).failure_code, fresh(message).failure_text) == ("failed", None, "")

    def test_a_status_of_another_channel_is_not_this_ones(self, channel, sibling, conversation, agent):
        message = reply(conversation, agent)

        tell(sibling, message.external_id, "read")

        assert fresh(message).state == "sent"

    def test_a_status_repeated_changes_and_says_nothing(self, channel, conversation, agent):
        message = reply(conversation, agent)
        tell(channel, message.external_id, "delivered")
        before = fresh(message), fresh(conversation), jobs()

        tell(channel, message.external_id, "delivered", "sent")

        assert (fresh(message), fresh(conversation), jobs()) == before
        assert vars(fresh(message))["state"] == "delivered"

    def test_an_older_messages_status_does_not_take_over_the_row(self, channel, conversation, agent):
        first = reply(conversation, agent, "first")
        reply(conversation, agent, "second")

        tell(channel, first.external_id, "failed")

        row = fresh(conversation)
        assert (row.last_message_preview, row.last_message_state) == ("second", "sent")

    def test_of_two_messages_in_one_second_the_later_stays_on_the_row(self, channel, conversation, agent):
        first, second = reply(conversation, agent, "first"), reply(conversation, agent, "second")
        Message.objects.filter(pk__in=(first.pk, second.pk)).update(provider_time=START)
        type(conversation).objects.update(last_message_at=START)

        tell(channel, first.external_id, "read")

        assert fresh(conversation).last_message_preview == "second"

    @pytest.mark.parametrize(("code", "opted_out"), [(131050, True), (131049, False)])
    def test_who_opted_out_is_remembered_when_a_status_says_so(self, channel, conversation, agent, code, opted_out):
        message = reply(conversation, agent)

        tell(channel, message.external_id, "failed", errors=[{"code": code, "title": "No"}])

        assert fresh(conversation.contact).marketing_opt_out is opted_out

    def test_a_payment_failure_in_a_status_is_told_on_the_channel(self, channel, conversation, agent):
        message = reply(conversation, agent)

        tell(channel, message.external_id, "failed", errors=[{"code": 131042, "title": "Payment issue"}])

        assert fresh(channel).trouble == "Payment issue"

    def test_a_window_that_a_status_says_was_shut_gives_the_text_back(self, channel, conversation, agent):
        message = reply(conversation, agent, "Come tomorrow")

        tell(channel, message.external_id, "failed", errors=[{"code": 131047, "title": "Re-engagement message"}])
        tell(channel, message.external_id, "failed", errors=[{"code": 131047, "title": "Re-engagement message"}])

        assert conversation.drafts.get().text == "Come tomorrow"
