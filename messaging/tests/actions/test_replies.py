import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.accounts.models import Member
from helpdesk.accounts.permissions import Role
from helpdesk.audit.models import AuditEvent
from helpdesk.errors import RuleViolation
from helpdesk.files.models import StoredFile
from messaging.actions.replies import (
    may_reply,
    react,
    send_buttons,
    send_media,
    send_template,
    send_text,
    write_note,
)
from messaging.actions.resolution import resolve_conversation
from messaging.models import Contact, Conversation, Draft, Message
from messaging.tests.scenes import age, events, fresh, jobs, reply, write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_workspace")]

TEMPLATE = {"name": "hello", "language": "id", "components": [], "category": "MARKETING"}
SHUT = timedelta(hours=24, seconds=1)


@pytest.fixture
def file(workspace) -> StoredFile:
    return StoredFile.objects.create(
        workspace=workspace, state="stored", key="w/1/x", name="a.png", sniffed_type="image/png", size=9, sha256="0"
    )


def outbound() -> list[Message]:
    return list(Message.objects.filter(direction="out").order_by("id"))


def draft(conversation: Conversation, member: Member, kind: str = "reply") -> Draft:
    return Draft.objects.create(
        workspace=conversation.workspace, member=member, conversation=conversation, kind=kind, text="Ba"
    )


def test_a_reply_is_stored_and_handed_to_the_sender_in_one_transaction(conversation, agent):
    draft(conversation, agent)
    token = uuid.uuid4()

    message = send_text(conversation, actor=agent, text="  Baik \n", client_token=token)

    stored = fresh(message)
    assert (stored.text, stored.direction, stored.kind, stored.state) == ("Baik", "out", "text", "queued")
    assert (stored.author, stored.origin, stored.client_token) == (agent, "agent", token)
    assert stored.callback_id is not None
    assert stored.external_id is None
    assert jobs("messaging.deliver") == [{"workspace_id": conversation.workspace_id, "message_id": message.pk}]
    assert not Draft.objects.exists()
    row = fresh(conversation)
    assert (row.last_message_preview, row.last_message_direction, row.last_message_state) == ("Baik", "out", "queued")


def test_the_same_form_sent_twice_sends_once(conversation, agent):
    token = uuid.uuid4()

    first = send_text(conversation, actor=agent, text="Baik", client_token=token)
    second = send_text(conversation, actor=agent, text="Baik", client_token=token)

    assert first == second
    assert len(outbound()) == len(jobs("messaging.deliver")) == 1


def test_two_people_may_have_the_same_key(conversation, agent, colleague):
    token = uuid.uuid4()

    send_text(conversation, actor=agent, text="Baik", client_token=token)
    send_text(conversation, actor=colleague, text="Baik", client_token=token)

    assert len(outbound()) == 2


@pytest.mark.parametrize(
    ("seconds", "origin", "waits"), [(5, "agent", 5), (0, "agent", 0), (99, "agent", 30), (5, "api", 0)]
)
def test_a_reply_waits_for_its_undo_time_and_one_of_a_program_does_not(conversation, agent, seconds, origin, waits):
    conversation.workspace.settings["undo_seconds"] = seconds
    conversation.workspace.save()

    message = send_text(conversation, actor=agent, text="Baik", origin=Message.Origin(origin))

    assert message.send_after is not None
    assert round((message.send_after - message.provider_time).total_seconds()) == waits


def test_the_first_reply_assigns_and_says_so(conversation, agent, colleague):
    send_text(conversation, actor=agent, text="Baik")
    send_text(conversation, actor=colleague, text="Saya juga")

    assert fresh(conversation).assignee == agent
    assert events(conversation) == ["conversation.assigned"]
    assert AuditEvent.objects.get(kind="conversation.assigned").data == {"assignee": agent.pk, "name": "Dewi Lestari"}


def test_what_nobody_writes_assigns_nobody(conversation, agent):
    send_buttons(conversation, actor=None, text="Which?", buttons=[{"id": "a", "title": "A"}])
    react(conversation, actor=agent, target=conversation.messages.get(direction="in"), emoji="👍")
    write_note(conversation, actor=agent, text="psst")

    assert fresh(conversation).assignee is None
    assert events(conversation) == []


@pytest.mark.parametrize(("setting", "told"), [("reply", 1), ("open", 0), ("never", 0)])
def test_a_reply_tells_the_customer_that_it_was_read_when_the_setting_says_so(conversation, agent, setting, told):
    conversation.workspace.settings["read_receipts"] = setting
    conversation.workspace.save()

    send_text(conversation, actor=agent, text="Baik")
    send_text(conversation, actor=agent, text="Segera")

    expected = [{"workspace_id": conversation.workspace_id, "conversation_id": conversation.pk}] * told
    assert jobs("messaging.send_receipt") == expected


REFUSALS = {
    "resolved": (lambda it, who: resolve_conversation(it, actor=who), "Reopen it to write"),
    "blocked": (lambda it, who: Contact.objects.update(blocked=True), "blocked"),
    "shut": (lambda it, who: age(it, last_inbound_at=SHUT), "24 hours"),
    "never open": (lambda it, who: Conversation.objects.update(last_inbound_at=None), "24 hours"),
}


@pytest.mark.parametrize("why", REFUSALS)
@pytest.mark.parametrize("what", ["text", "media", "buttons"])
def test_nothing_is_sent_where_nothing_may_be(conversation, agent, file, why, what):
    arrange, sentence = REFUSALS[why]
    arrange(conversation, agent)
    before = fresh(conversation), Message.objects.count(), jobs()
    send = {
        "text": lambda: send_text(conversation, actor=agent, text="Baik"),
        "media": lambda: send_media(conversation, actor=agent, file=file, kind=Message.Kind.IMAGE),
        "buttons": lambda: send_buttons(conversation, actor=agent, text="?", buttons=[]),
    }

    with pytest.raises(RuleViolation, match=sentence):
        send[what]()

    after = fresh(conversation)
    assert (after, Message.objects.count(), jobs()) == before
    assert (after.assignee, after.last_message_preview) == (None, "Halo")


def test_a_shut_window_is_shut_from_the_last_message_on_to_the_second(conversation, agent):
    age(conversation, last_inbound_at=timedelta(hours=23, minutes=59, seconds=50))
    assert send_text(conversation, actor=agent, text="in time").state == "queued"

    age(conversation, last_inbound_at=timedelta(hours=24))
    with pytest.raises(RuleViolation):
        send_text(conversation, actor=agent, text="too late")


def test_a_template_needs_no_window(conversation, agent):
    age(conversation, last_inbound_at=SHUT)

    message = send_template(conversation, actor=agent, template=TEMPLATE, text="Halo Nadia")

    assert (message.kind, message.state, message.payload) == ("template", "queued", {"template": TEMPLATE})


@pytest.mark.parametrize(("category", "refused"), [("MARKETING", True), ("UTILITY", False)])
def test_who_opted_out_gets_no_marketing(conversation, agent, category, refused):
    Contact.objects.update(marketing_opt_out=True)
    template = {**TEMPLATE, "category": category}
    conversation = fresh(conversation)

    if not refused:
        assert send_template(conversation, actor=agent, template=template, text="Halo").state == "queued"
        return
    with pytest.raises(RuleViolation, match="no marketing"):
        send_template(conversation, actor=agent, template=template, text="Halo")
    assert outbound() == []
    assert jobs() == []


@pytest.mark.parametrize(
    ("text", "sentence"), [("", "Write something"), (" \n\t", "Write something"), ("x" * 4097, "4096")]
)
@pytest.mark.parametrize("send", [send_text, write_note])
def test_a_text_has_1_to_4096_characters(conversation, agent, send, text, sentence):
    with pytest.raises(RuleViolation, match=sentence):
        send(conversation, actor=agent, text=text)

    assert Message.objects.count() == 1
    assert jobs() == []
    assert send(conversation, actor=agent, text="x" * 4096).pk


def test_a_caption_has_at_most_1024_characters(conversation, agent, file):
    with pytest.raises(RuleViolation, match="1024"):
        send_media(conversation, actor=agent, file=file, kind=Message.Kind.IMAGE, caption="x" * 1025)
    assert outbound() == []

    message = send_media(conversation, actor=agent, file=file, kind=Message.Kind.IMAGE, caption="x" * 1024)
    assert (message.media, message.media_state, len(message.text)) == (file, "stored", 1024)


@pytest.mark.parametrize("kind", ["audio", "voice", "sticker"])
def test_sound_and_stickers_carry_no_text(conversation, agent, file, kind):
    with pytest.raises(RuleViolation, match="carry no text"):
        send_media(conversation, actor=agent, file=file, kind=Message.Kind(kind), caption="Listen")
    assert outbound() == []

    assert send_media(conversation, actor=agent, file=file, kind=Message.Kind(kind), caption=" ").text == ""


def test_a_quote_is_kept(conversation, agent):
    first = conversation.messages.get()

    message = send_text(conversation, actor=agent, text="Baik", quoted=first)

    assert (message.quoted, message.quoted_external_id) == (first, first.external_id)


def test_a_reaction_shows_at_once_and_can_be_taken_back(conversation, agent):
    target = conversation.messages.get()

    react(conversation, actor=agent, target=target, emoji="👍")
    assert fresh(target).reactions == [{"side": "out", "emoji": "👍"}]
    react(conversation, actor=agent, target=target, emoji="")
    assert fresh(target).reactions == []

    assert [(message.kind, message.text, message.quoted_external_id) for message in outbound()] == [
        ("reaction", "👍", target.external_id),
        ("reaction", "", target.external_id),
    ]
    assert len(jobs("messaging.deliver")) == 2
    assert fresh(conversation).last_message_preview == "Halo"


def test_only_a_message_of_the_customer_gets_a_reaction(conversation, agent):
    ours = reply(conversation, agent)
    before = jobs()

    with pytest.raises(RuleViolation, match="Only a message from the customer"):
        react(conversation, actor=agent, target=ours, emoji="👍")

    assert fresh(ours).reactions == []
    assert jobs() == before


def test_a_message_can_get_a_reaction_after_resolving(conversation, agent):
    target = conversation.messages.get()
    resolve_conversation(conversation, actor=agent)

    react(conversation, actor=agent, target=target, emoji="👍")

    assert fresh(conversation).status == "resolved"
    assert fresh(target).reactions == [{"side": "out", "emoji": "👍"}]


def test_a_note_is_for_the_team_alone_and_is_not_sent(conversation, agent):
    draft(conversation, agent), draft(conversation, agent, "note")
    token = uuid.uuid4()

    notes = {write_note(conversation, actor=agent, text="psst", client_token=token) for _ in range(2)}

    (note,) = notes
    assert (note.direction, note.kind, note.state, note.author) == ("internal", "note", "", agent)
    assert fresh(conversation).last_message_preview == "Halo"
    assert list(Draft.objects.values_list("kind", flat=True)) == ["reply"]
    assert jobs() == []


@pytest.mark.parametrize("where", ["resolved", "blocked", "shut"])
def test_a_note_can_be_written_anywhere(conversation, agent, where):
    REFUSALS[where][0](conversation, agent)

    assert write_note(conversation, actor=agent, text="psst").pk


def test_who_may_reply(conversation, agent):
    assert may_reply(conversation, agent)
    assert not may_reply(conversation, Member(workspace_id=conversation.workspace_id + 1, role=Role.OWNER))
    agent.removed_at = timezone.now()
    assert not may_reply(conversation, agent)


def test_a_paused_channel_keeps_what_is_written(channel, conversation, agent):
    channel.status = "paused"
    channel.save(update_fields=["status"])

    assert send_text(conversation, actor=agent, text="Baik").state == "queued"
    assert len(jobs("messaging.deliver")) == 1


def test_a_conversation_is_answered_through_the_address_that_wrote(channel, conversation, agent):
    other = write(channel, sender="628111222333").conversation

    assert send_text(other, actor=agent, text="Baik").conversation.address.phone == "+628111222333"
