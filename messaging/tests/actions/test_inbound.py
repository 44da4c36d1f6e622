from datetime import timedelta

import pytest
from django.utils import timezone

from messaging.models import Contact, Conversation, Message
from messaging.tests.bodies import envelope, text_message, value
from messaging.tests.scenes import NADIA, backfill, deliver, edit, epoch, fresh, hear, jobs, write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_workspace")]


def thread(conversation: Conversation) -> list[str]:
    shown = conversation.messages.exclude(kind="event").thread_order()
    return list(shown.values_list("text", flat=True))


def test_a_message_becomes_one_message_of_one_conversation(channel):
    message = text_message(text="Pagi")

    deliveries = [hear(channel, message, names={NADIA: "Nadia"}) for _ in range(3)]

    stored = Message.objects.get()
    assert (stored.text, stored.external_id, stored.direction, stored.state) == ("Pagi", message["id"], "in", "")
    conversation = Conversation.objects.get()
    assert (conversation.number, conversation.status, conversation.assignee) == (1, "open", None)
    assert (conversation.last_message_preview, conversation.last_message_direction) == ("Pagi", "in")
    assert conversation.waiting_since == conversation.last_inbound_at == stored.provider_time
    assert Contact.objects.get().name == "Nadia"
    assert [(each.state, each.error, each.attempts) for each in deliveries] == [("handled", "", 1)] * 3


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0, 1, 0, 2)])
def test_the_thread_has_the_providers_order_whatever_the_order_of_arrival(channel, order):
    now = timezone.now()
    texts = ["first", "second", "third"]
    at = [epoch(now - timedelta(minutes=9 - place)) for place in range(3)]
    messages = [text_message(text=text, timestamp=when) for text, when in zip(texts, at, strict=True)]

    for place in order:
        hear(channel, messages[place])

    conversation = Conversation.objects.get()
    assert thread(conversation) == texts
    assert conversation.last_message_preview == "third"
    assert epoch(conversation.waiting_since) == at[0]
    assert epoch(conversation.last_inbound_at) == at[2]


def test_messages_of_one_second_keep_the_order_of_arrival(channel):
    at = epoch(timezone.now())

    hear(channel, *(text_message(text=text, timestamp=at) for text in "abc"))

    assert thread(Conversation.objects.get()) == ["a", "b", "c"]
    assert Conversation.objects.get().last_message_preview == "c"


def test_a_late_message_takes_its_place_and_is_waited_for(channel, agent):
    conversation = write(channel, "now").conversation

    late = write(channel, "earlier", ago=timedelta(hours=2))

    assert thread(conversation) == ["earlier", "now"]
    conversation = fresh(conversation)
    assert conversation.last_message_preview == "now"
    assert conversation.waiting_since == late.provider_time


@pytest.mark.parametrize("wrong", [timedelta(minutes=6), timedelta(days=400), timedelta(days=40_000)])
def test_a_time_that_has_not_come_yet_is_ours(channel, wrong):
    before = timezone.now()

    message = write(channel, timestamp=epoch(before + wrong))

    assert before <= message.provider_time <= timezone.now()


@pytest.mark.parametrize("nonsense", ["", "soon", "-5", "0", "9" * 30, None])
def test_a_message_without_a_time_came_now(channel, nonsense):
    before = timezone.now()

    message = write(channel, timestamp=nonsense)

    assert before <= message.provider_time <= timezone.now()


def test_a_clock_a_little_ahead_is_believed_but_opens_no_longer_window(channel):
    ahead = timezone.now() + timedelta(minutes=4)

    message = write(channel, timestamp=epoch(ahead))

    assert epoch(message.provider_time) == epoch(ahead)
    assert fresh(message.conversation).last_inbound_at <= timezone.now()


def test_what_is_of_another_number_of_ours_goes_to_its_channel(channel, sibling):
    body = envelope(sibling, messages=[text_message()])

    delivery = deliver(channel, body)

    assert delivery.state == "handled"
    assert Message.objects.get().channel == sibling


def test_what_is_of_a_number_with_another_secret_is_kept_and_handled_by_none(channel, sibling):
    sibling.app_secret = "another"
    sibling.save(update_fields=["app_secret"])

    delivery = deliver(channel, envelope(sibling, messages=[text_message()]))

    assert (delivery.state, delivery.error) == (
        "kept",
        "Phone number 1000002 is not a channel of this workspace.",
    )
    assert not Message.objects.exists()
    assert not Contact.objects.exists()


def test_what_is_of_an_unknown_number_is_kept_with_its_reason_once(channel):
    channel.phone_number_id = "555"
    body = envelope(channel, messages=[text_message(), text_message()])

    delivery = deliver(channel, body)

    assert (delivery.state, delivery.items, delivery.error) == (
        "kept",
        2,
        "Phone number 555 is not a channel of this workspace.",
    )
    assert not Message.objects.exists()
    assert jobs() == []


def test_history_brings_messages_and_disturbs_nobody(channel, agent):
    own = timezone.now() - timedelta(hours=3)
    asked = text_message(text="asked", timestamp=epoch(own))
    answered = text_message(text="answered", timestamp=epoch(own + timedelta(minutes=1)), to=NADIA)
    answered["from"] = "1"

    backfill(channel, asked, {**answered, "history_context": {"status": "read"}})

    conversation = Conversation.objects.get()
    assert thread(conversation) == ["asked", "answered"]
    assert list(conversation.messages.thread_order().values_list("direction", "origin", "state")) == [
        ("in", "customer", ""),
        ("out", "phone", "read"),
    ]
    assert (conversation.status, conversation.waiting_since, conversation.last_inbound_at) == ("resolved", None, None)
    assert not conversation.unread.exists()


def test_history_neither_reopens_nor_starts_waiting_in_a_known_conversation(channel, agent):
    conversation = write(channel, "now").conversation
    Conversation.objects.update(status="resolved", resolved_at=timezone.now(), waiting_since=None)

    backfill(channel, text_message(text="long ago", timestamp=epoch(timezone.now() - timedelta(days=3))))

    conversation = fresh(conversation)
    assert thread(conversation) == ["long ago", "now"]
    assert (conversation.status, conversation.waiting_since) == ("resolved", None)
    assert conversation.last_message_preview == "now"


def test_a_person_without_a_number_is_known_by_user_id(channel):
    message = text_message(from_user_id="ID.0123456789")
    del message["from"]

    hear(channel, message)
    hear(channel, {**message, "id": "wamid.SECOND"})

    conversation = Conversation.objects.get()
    assert (conversation.address.phone, conversation.address.user_id) == (None, "ID.0123456789")
    assert conversation.messages.count() == 2


def test_a_message_to_a_group_names_its_group(channel):
    message = write(channel, group_id="120363000000000001")

    assert message.payload["group_id"] == "120363000000000001"


def test_a_file_is_fetched_by_a_job(channel):
    message = text_message(type="image", image={"id": "media-1", "mime_type": "image/jpeg", "caption": "Paspor"})

    hear(channel, message)

    stored = Message.objects.get()
    assert (stored.kind, stored.text, stored.media, stored.media_state) == ("image", "Paspor", None, "pending")
    assert stored.payload["media"] == {
        "id": "media-1",
        "url": "",
        "mime_type": "image/jpeg",
        "sha256": "",
        "filename": "",
    }
    assert jobs("messaging.fetch_media") == [{"workspace_id": channel.workspace_id, "message_id": stored.pk}]


def test_a_quote_finds_what_it_quotes(channel):
    first = write(channel, "first")

    second = write(channel, "about that", context={"from": NADIA, "id": first.external_id})

    assert second.quoted == first


def test_a_quote_that_came_before_what_it_quotes_finds_it_later(channel):
    first = text_message(text="first", timestamp=epoch(timezone.now() - timedelta(minutes=1)))
    second = write(channel, "about that", context={"from": NADIA, "id": first["id"]})
    assert (second.quoted, second.quoted_external_id) == (None, first["id"])

    hear(channel, first)

    assert fresh(second).quoted.text == "first"


def test_a_blocked_contacts_messages_are_kept_and_stay_out_of_sight(channel, agent):
    conversation = write(channel).conversation
    Contact.objects.update(blocked=True)
    conversation.unread.all().delete()

    message = write(channel, "insult")

    assert message.conversation == conversation
    assert not Conversation.objects.visible_to(agent).exists()
    assert not conversation.unread.exists()


def test_a_message_to_one_channel_is_no_message_to_another(channel, sibling):
    message = text_message()

    hear(channel, message)
    hear(sibling, message)

    assert Message.objects.filter(external_id=message["id"]).count() == 2
    assert Conversation.objects.count() == 2


def test_an_alarm_of_the_account_is_shown_on_the_channel(channel):
    errors = [{"code": 130429, "title": "Rate limit hit", "message": "Rate limit hit"}]
    deliver(channel, value(channel, {"errors": errors}, field="messages"))

    channel.refresh_from_db()
    assert channel.trouble == "Rate limit hit"


def test_a_call_opens_the_window_and_an_edit_does_not_shut_it(channel):
    message = write(channel, ago=timedelta(hours=30))
    assert not message.conversation.window_is_open
    call = {"id": "call-1", "from": NADIA, "to": "1", "event": "connect", "direction": "USER_INITIATED"}

    deliver(channel, value(channel, {"calls": [{**call, "timestamp": epoch(timezone.now())}]}, field="calls"))
    assert fresh(message.conversation).window_is_open
    hear(channel, edit(message.external_id, "Corrected"))

    conversation = fresh(message.conversation)
    assert conversation.window_is_open
    assert conversation.last_message_preview == "Corrected"
    assert conversation.waiting_since == message.provider_time
