"""One item that cannot be handled never stops the others, and nothing that was acknowledged is lost."""

import json
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from conftest import add_channel
from helpdesk.accounts.tenancy import workspace_scope
from helpdesk.audit.models import AuditEvent
from helpdesk.errors import RuleViolation
from messaging.actions import intake, routing
from messaging.actions.deliveries import replay_delivery, store_delivery
from messaging.actions.intake import drain, drain_workspace
from messaging.channels.whatsapp import events
from messaging.models import Message, WebhookDelivery
from messaging.tests.bodies import body, envelope, status, text_message, value
from messaging.tests.scenes import deliver, fresh, jobs, write

pytestmark = pytest.mark.django_db
in_workspace = pytest.mark.usefixtures("in_workspace")


@pytest.fixture
def poison(monkeypatch):
    """Messages with the text "poison" break their handler for as long as the list says how."""
    causes: list[Exception] = []
    handle = routing.HANDLERS[events.InboundMessage]

    def handler(channel, event, received_at):
        handle(channel, event, received_at)
        if event.text == "poison" and causes:
            raise causes[-1]

    monkeypatch.setitem(routing.HANDLERS, events.InboundMessage, handler)
    return causes


def texts() -> list[str]:
    return sorted(Message.objects.exclude(kind="event").values_list("text", flat=True))


def due(delivery: WebhookDelivery) -> None:
    WebhookDelivery.objects.filter(pk=delivery.pk).update(retry_at=timezone.now() - timedelta(seconds=1))


@in_workspace
@pytest.mark.parametrize("cause", [KeyError("a bug"), OperationalError("canceling statement due to statement timeout")])
def test_one_bad_item_is_undone_alone_and_the_others_go_on(channel, poison, cause):
    poison.append(cause)
    messages = [text_message(text=text) for text in ("a", "poison", "b")]

    delivery = deliver(channel, envelope(channel, messages=messages))
    write(channel, "c")

    assert texts() == ["a", "b", "c"]
    assert (delivery.state, delivery.attempts, delivery.items) == ("received", 1, 3)
    assert delivery.error == f"InboundMessage: {type(cause).__name__}: {cause}"
    assert delivery.retry_at is not None
    assert jobs() == []


@in_workspace
def test_a_bad_item_is_tried_with_growing_waits_and_then_failed_and_can_be_replayed(channel, poison, owner):
    poison.append(KeyError("a bug"))
    delivery = deliver(channel, envelope(channel, messages=[text_message(text="poison"), text_message(text="a")]))

    waits = []
    for _ in range(4):
        assert delivery.retry_at is not None
        waits.append(round((delivery.retry_at - timezone.now()).total_seconds()))
        drain_workspace(channel.workspace_id)
        assert fresh(delivery).attempts == delivery.attempts
        due(delivery)
        drain_workspace(channel.workspace_id)
        delivery = fresh(delivery)
    due(delivery)
    drain_workspace(channel.workspace_id)

    assert waits == [2, 4, 8, 16]
    delivery = fresh(delivery)
    assert (delivery.state, delivery.attempts, texts()) == ("failed", 5, ["a"])

    poison.clear()
    replay_delivery(delivery, actor=owner)
    drain_workspace(channel.workspace_id)

    delivery = fresh(delivery)
    assert (delivery.state, delivery.error, texts()) == ("handled", "", ["a", "poison"])
    assert AuditEvent.objects.get(kind="delivery.replayed").actor_id == owner.pk


@in_workspace
def test_what_waits_for_its_turn_is_not_replayed(channel, owner):
    delivery = deliver(channel, envelope(channel, messages=[text_message()]), handle=False)

    with pytest.raises(RuleViolation, match="waiting for its turn"):
        replay_delivery(delivery, actor=owner)

    assert not AuditEvent.objects.filter(kind="delivery.replayed").exists()


@in_workspace
def test_a_replay_brings_nothing_twice(channel, owner):
    message = text_message(text="once")
    delivery = deliver(channel, envelope(channel, messages=[message], statuses=[status("wamid.X", "sent")]))

    replay_delivery(delivery, actor=owner)
    drain_workspace(channel.workspace_id)

    assert (fresh(delivery).state, texts()) == ("handled", ["once"])


@in_workspace
def test_an_error_that_quotes_what_cannot_be_stored_is_stored(channel, poison):
    poison.append(ValueError("bad \x00 and \ud800 text"))

    delivery = deliver(channel, envelope(channel, messages=[text_message(text="poison")]))

    assert delivery.error == "InboundMessage: ValueError: bad  and ? text"


def sql_error(delivery):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1/0")


def bug(delivery):
    raise RuntimeError("a bug of ours")


@pytest.mark.parametrize("trouble", [sql_error, bug])
def test_trouble_in_one_workspace_keeps_no_other_waiting(channel, other_workspace, monkeypatch, trouble):
    other = add_channel(other_workspace)
    for each in (channel, other):
        with workspace_scope(each.workspace_id):
            store_delivery(each, envelope(each, messages=[text_message(text="a")]), headers={})
    sick = channel.workspace_id
    conclude = intake._conclude

    def conclude_or_not(delivery, **what):
        if delivery.workspace_id == sick:
            trouble(delivery)
        conclude(delivery, **what)

    monkeypatch.setattr(intake, "_conclude", conclude_or_not)

    assert drain() == 1

    with workspace_scope(other_workspace):
        assert texts() == ["a"]
    with workspace_scope(sick):
        assert texts() == []
        assert WebhookDelivery.objects.get().state == "received"
    monkeypatch.undo()
    assert drain() == 1


@in_workspace
def test_a_batch_takes_the_oldest_and_has_an_end(channel, monkeypatch):
    monkeypatch.setattr(intake, "BATCH", 2)
    for text in "abc":
        deliver(channel, envelope(channel, messages=[text_message(text=text)]), handle=False)

    assert drain_workspace(channel.workspace_id) == 2
    assert texts() == ["a", "b"]
    assert drain_workspace(channel.workspace_id) == 1
    assert drain_workspace(channel.workspace_id) == 0


@in_workspace
def test_a_slow_batch_ends_early_so_that_others_get_their_locks(channel, monkeypatch):
    monkeypatch.setattr(intake, "BATCH_SECONDS", -1)
    for text in "ab":
        deliver(channel, envelope(channel, messages=[text_message(text=text)]), handle=False)

    assert drain_workspace(channel.workspace_id) == 1
    assert texts() == ["a"]


@in_workspace
def test_a_thousand_items_of_one_body_are_all_handled(channel):
    messages = [text_message(sender=f"62812{number % 7:07d}", text=str(number)) for number in range(300)]
    statuses = [status(f"wamid.S{number}", "sent") for number in range(700)]

    delivery = deliver(channel, envelope(channel, messages=messages, statuses=statuses))

    assert (delivery.state, delivery.items, Message.objects.count()) == ("handled", 1000, 300)


NESTED = b'{"a":' * 100_000 + b"1" + b"}" * 100_000


@in_workspace
@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"not json",
        b"\xff\xfe\x00",
        b"[]",
        b"null",
        b"NaN",
        b'{"object": "instagram"}',
        b'{"object": "whatsapp_business_account"}',
        b'{"object": "whatsapp_business_account", "entry": 7}',
        NESTED,
        b'{"entry": ' + b"9" * 5000 + b"}",
    ],
    ids=range(11),
)
def test_what_cannot_be_understood_is_kept_with_a_reason(channel, raw):
    delivery = deliver(channel, raw)

    assert (delivery.state, bytes(delivery.raw), delivery.attempts) == ("kept", raw, 1)
    assert delivery.error != ""
    assert not Message.objects.exists()


@in_workspace
def test_a_reason_is_given_once_and_says_where(channel):
    unknown = value(channel, {"moon": "full"}, field="moon_phase")

    delivery = deliver(channel, unknown)

    assert delivery.error == "entry[0].changes[0].value[0]: The field 'moon_phase' is not one we know."


@in_workspace
def test_of_a_body_that_is_partly_understood_the_rest_is_handled(channel):
    changes = [
        {"field": "moon_phase", "value": {"moon": "full"}},
        json.loads(envelope(channel, messages=[text_message(text="a"), "nonsense", text_message(text="b")]))["entry"][
            0
        ]["changes"][0],
    ]

    delivery = deliver(channel, body(channel, *changes))

    assert (delivery.state, texts()) == ("kept", ["a", "b"])
    assert len(delivery.error.splitlines()) == 2


@in_workspace
@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ud800", "\U0001f600\u200b", "x" * 70_000])
def test_text_that_the_database_would_refuse_is_stored_readable(channel, text):
    deliver(channel, envelope(channel, messages=[text_message(text=text)], names={"628125550140": f"N{text}"}))

    stored = Message.objects.get()
    assert "\x00" not in stored.text
    assert len(stored.text) <= 70_000
    assert WebhookDelivery.objects.get().state == "handled"


@in_workspace
def test_an_unknown_type_of_message_arrives_as_something_readable(channel):
    message = {**text_message(), "type": "hologram", "hologram": {"colour": "blue", "deep": {"\x00": ["\x00"]}}}

    delivery = deliver(channel, envelope(channel, messages=[message]))

    stored = Message.objects.get()
    assert (stored.kind, stored.text) == ("unsupported", "Unsupported message: hologram")
    assert delivery.state == "kept"
