from datetime import timedelta

import pytest
from django.utils import timezone

from messaging.actions.addresses import learn_user_id
from messaging.actions.replies import send_text
from messaging.actions.resolution import resolve_conversation
from messaging.models import Address, Contact, Conversation, Draft, Message
from messaging.tests.bodies import text_message, value, wamid
from messaging.tests.scenes import NADIA, act, age, deliver, epoch, fresh, hear, unread_of, write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_workspace")]

USER = "ID.0123456789"
BOTH = {"from": NADIA, "from_user_id": USER}


def from_user(text: str = "Halo", user_id: str = USER, **fields) -> dict:
    message = {**text_message(text=text), "from_user_id": user_id, **fields}
    del message["from"]
    return message


def known() -> list[tuple[str | None, str | None]]:
    return list(Address.objects.order_by("pk").values_list("phone", "user_id"))


def test_a_phone_and_a_user_id_that_come_together_are_one_address(channel):
    hear(channel, {**text_message(), **BOTH})
    hear(channel, from_user())
    write(channel)

    assert known() == [(f"+{NADIA}", USER)]
    assert Conversation.objects.get().messages.count() == 3


@pytest.mark.parametrize("phone_first", [True, False])
def test_known_apart_they_are_joined_and_two_open_conversations_become_one(channel, agent, phone_first):
    by_phone, by_user = text_message(text="by phone"), from_user("by user id")
    for message in (by_phone, by_user) if phone_first else (by_user, by_phone):
        hear(channel, message)
    first, second = Conversation.objects.order_by("number")

    hear(channel, {**text_message(text="both"), **BOTH})

    assert known() == [(f"+{NADIA}", USER)]
    conversation = Conversation.objects.get()
    assert conversation == first
    assert set(conversation.messages.values_list("text", flat=True)) == {"by phone", "by user id", "both"}
    assert Contact.objects.get() == conversation.contact
    assert unread_of(conversation) == {"Dewi Lestari": 3}
    assert not Conversation.objects.filter(number=second.number).exists()


def test_joined_conversations_keep_what_each_had(channel, agent, colleague):
    older = write(channel, "by phone", ago=timedelta(minutes=9)).conversation
    send_text(older, actor=agent, text="Baik")
    Conversation.objects.filter(pk=older.pk).update(waiting_since=None, assignee=None, team=None)
    hear(channel, from_user("by user id", timestamp=epoch(timezone.now() - timedelta(minutes=1))))
    newer = Conversation.objects.exclude(pk=older.pk).get()
    waiting = newer.waiting_since
    Conversation.objects.filter(pk=newer.pk).update(assignee=colleague, priority="high")
    for conversation, text in ((older, "Dear"), (newer, "Nadia")):
        Draft.objects.create(
            workspace=channel.workspace, member=agent, conversation=conversation, kind="reply", text=text
        )

    learn_user_id(older.address, USER)

    merged = Conversation.objects.get()
    assert (merged.pk, merged.assignee, merged.priority, merged.status) == (older.pk, colleague, "high", "open")
    assert merged.waiting_since == waiting
    assert merged.last_inbound_at == waiting
    assert merged.last_message_preview == "Baik"
    assert merged.last_inbound_id == Message.objects.get(text="by user id").pk
    assert Draft.objects.get().text == "Dear\nNadia"


def test_a_snoozed_conversation_that_meets_an_open_one_is_open(channel):
    snoozed = write(channel).conversation
    Conversation.objects.update(status="snoozed", snoozed_until=snoozed.created_at)
    hear(channel, from_user())

    hear(channel, {**text_message(), **BOTH})

    assert (Conversation.objects.get().status, Conversation.objects.get().snoozed_until) == ("open", None)


def test_resolved_conversations_stay_apart_when_addresses_join(channel, agent):
    old = write(channel).conversation
    resolve_conversation(old, actor=agent)
    hear(channel, from_user())
    live = Conversation.objects.live().get()

    hear(channel, {**text_message(), **BOTH})

    assert Conversation.objects.live().get() == live
    assert {fresh(each).address for each in (old, live)} == {Address.objects.get()}
    assert live.messages.count() == 2


def test_conversations_on_two_channels_stay_two(channel, sibling):
    write(channel)
    hear(sibling, from_user())

    hear(channel, {**text_message(), **BOTH})

    assert Conversation.objects.live().count() == 2
    assert {each.address_id for each in Conversation.objects.all()} == {Address.objects.get().pk}


def test_joined_contacts_keep_what_was_known_of_both(channel):
    first = write(channel).conversation.contact
    hear(channel, from_user(), names={"1": "ignored"})
    second = Contact.objects.exclude(pk=first.pk).get()
    Contact.objects.filter(pk=first.pk).update(notes="Likes tea", attributes={"city": "Bandung"})
    Contact.objects.filter(pk=second.pk).update(
        name="Nadia", notes="Owes 10", attributes={"city": "?", "vip": True}, marketing_opt_out=True, language="id"
    )

    hear(channel, {**text_message(), **BOTH})

    contact = Contact.objects.get()
    assert (contact.pk, contact.name, contact.notes) == (first.pk, "Nadia", "Likes tea\n\nOwes 10")
    assert (contact.attributes, contact.language) == ({"city": "Bandung", "vip": True}, "id")
    assert (contact.marketing_opt_out, contact.blocked) == (True, False)


@pytest.mark.parametrize(
    ("one", "other"),
    [("5215512345678", "525512345678"), ("5511987654321", "551187654321"), ("5491123456789", "541123456789")],
)
@pytest.mark.parametrize("swapped", [False, True])
def test_two_spellings_of_a_number_are_one_person_and_the_stored_one_stays(channel, one, other, swapped):
    first, second = (other, one) if swapped else (one, other)

    write(channel, sender=first)
    write(channel, sender=second)

    assert known() == [(f"+{first}", None)]
    assert Conversation.objects.get().messages.count() == 2


def test_a_person_who_writes_from_another_number_is_answered_there(channel):
    hear(channel, {**text_message(), **BOTH})

    hear(channel, {**text_message(), "from": "628999000111", "from_user_id": USER})

    assert known() == [("+628999000111", USER)]
    assert Conversation.objects.get().messages.count() == 2


def test_a_new_user_id_of_a_known_number_is_believed(channel):
    hear(channel, {**text_message(), **BOTH})

    hear(channel, {**text_message(), "from": NADIA, "from_user_id": "ID.NEW"})
    hear(channel, from_user(user_id="ID.NEW"))

    assert known() == [(f"+{NADIA}", "ID.NEW")]
    assert Conversation.objects.get().messages.count() == 3


def test_a_changed_number_keeps_person_and_conversation_and_says_so(channel, agent):
    conversation = write(channel).conversation
    change = {"body": "Nadia changed from 628125550140 to 628999000111", "wa_id": "628999000111"}
    moved = act("system", {**change, "type": "user_changed_number"})

    hear(channel, moved)
    hear(channel, moved)
    write(channel, sender="628999000111")

    assert known() == [("+628999000111", None)]
    assert Conversation.objects.get() == conversation
    line = Message.objects.get(kind="system")
    assert (line.text, line.external_id) == (change["body"], moved["id"])


def test_a_changed_number_that_wrote_already_joins_both(channel):
    write(channel, "old number")
    write(channel, "new number", sender="628999000111")

    hear(channel, act("system", {"wa_id": "628999000111", "type": "user_changed_number"}))

    assert known() == [("+628999000111", None)]
    assert set(Conversation.objects.get().messages.exclude(kind="system").values_list("text", flat=True)) == {
        "old number",
        "new number",
    }


def test_a_changed_number_of_a_stranger_changes_nothing(channel):
    hear(channel, act("system", {"wa_id": "628999000111", "type": "user_changed_number"}))

    assert not Address.objects.exists()
    assert not Message.objects.exists()


def test_a_changed_user_id_is_followed(channel):
    hear(channel, {**text_message(), **BOTH})
    change = {"wa_id": NADIA, "user_id": {"previous": USER, "current": "ID.NEW"}, "detail": "It changed"}

    deliver(channel, value(channel, {"user_id_update": [change]}, field="user_id_update"))

    assert known() == [(f"+{NADIA}", "ID.NEW")]


def test_the_user_id_in_an_answer_is_learned_and_joins_what_was_known_under_it(channel, agent):
    conversation = write(channel).conversation
    hear(channel, from_user())

    learn_user_id(conversation.address, USER)
    learn_user_id(fresh(conversation.address), USER)

    assert known() == [(f"+{NADIA}", USER)]
    assert Conversation.objects.get() == conversation


def test_the_profile_name_is_used_until_somebody_gives_another(channel):
    conversation = write(channel).conversation
    assert conversation.contact.name == f"+{NADIA}"

    hear(channel, text_message(), names={NADIA: "nadia ✨"})
    assert fresh(conversation.contact).name == "nadia ✨"

    Contact.objects.update(name="Nadia Rahma")
    hear(channel, text_message(), names={NADIA: "dia"})
    assert fresh(conversation.contact).name == "Nadia Rahma"


def test_a_number_as_a_name_gives_way_after_the_number_changed_too(channel):
    write(channel)
    hear(channel, act("system", {"wa_id": "628999000111", "type": "user_changed_number"}))

    hear(channel, text_message("628999000111"), names={"628999000111": "Nadia"})

    assert Contact.objects.get().name == "Nadia"


def test_the_address_book_of_the_phone_names_people(channel):
    book = {"type": "contact", "contact": {"full_name": "Nadia R", "phone_number": NADIA}, "action": "add"}
    write(channel)

    for action in ("add", "remove"):
        deliver(channel, value(channel, {"state_sync": [{**book, "action": action}]}, field="smb_app_state_sync"))

    assert Contact.objects.get().name == "Nadia R"


@pytest.mark.parametrize(("chosen", "opted_out"), [("stop", True), ("resume", False)])
def test_the_marketing_preference_is_kept(channel, chosen, opted_out):
    contact = write(channel).conversation.contact
    Contact.objects.update(marketing_opt_out=not opted_out)
    preference = {"wa_id": NADIA, "value": chosen, "category": "marketing_messages", "timestamp": 1731705721}

    deliver(channel, value(channel, {"user_preferences": [preference]}, field="user_preferences"))

    assert fresh(contact).marketing_opt_out is opted_out


def test_a_merged_conversation_forgets_no_reply_in_its_queue(channel, agent):
    older = write(channel).conversation
    hear(channel, from_user())
    newer = Conversation.objects.exclude(pk=older.pk).get()
    queued = send_text(newer, actor=agent, text="Baik")

    learn_user_id(older.address, USER)

    assert (fresh(queued).conversation, fresh(queued).state) == (older, "queued")
    assert age(older).last_message_preview == "Baik"


def test_an_id_longer_than_its_column_is_no_error(channel):
    hear(channel, {**from_user(user_id="ID." + "9" * 400), "id": wamid() + "x" * 400})

    assert Conversation.objects.get().messages.count() == 1
