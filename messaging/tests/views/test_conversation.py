import re
from datetime import timedelta

import pytest
from django.utils import timezone

from messaging import thread
from messaging.actions.replies import react, send_text, write_note
from messaging.actions.resolution import resolve_conversation
from messaging.models import Contact, Conversation, Draft, Message, Unread
from messaging.tests.bodies import text_message
from messaging.tests.scenes import age, epoch, fresh, hear, jobs, reply, revoke, unread_of, write

pytestmark = pytest.mark.django_db


def messages(answer) -> list[int]:
    """The ids of the messages on the page, in its order."""
    return [int(pk) for pk in re.findall(r'id="message-(\d+)"', answer.content.decode())]


def test_a_conversation_shows_its_thread_oldest_first(browser, inside, channel, desk, agent):
    with inside():
        ours = reply(desk, agent, "Baik")
        note = write_note(desk, actor=agent, text="psst")
        first = desk.messages.get(direction="in")
        assigned = desk.messages.get(kind="event")

    answer = browser.see("conversation", 1)

    assert answer.status_code == 200
    assert messages(answer) == [first.pk, ours.pk, assigned.pk, note.pk]


def test_reactions_are_no_messages_of_the_thread(browser, inside, desk, agent):
    with inside():
        first = desk.messages.get()
        react(desk, actor=agent, target=first, emoji="👍")

    answer = browser.see("conversation", 1)

    assert messages(answer) == [first.pk]
    assert "👍" in answer.content.decode()


def test_opening_it_reads_it_for_who_opened_it(browser, inside, desk, colleague, channel):
    with inside():
        write(channel)
        assert unread_of(desk) == {"Dewi Lestari": 2, "Sari Wulandari": 1}

    answer = browser.see("conversation", 1, target="thread")

    assert answer.status_code == 200
    with inside():
        assert unread_of(desk) == {"Sari Wulandari": 1}


@pytest.mark.parametrize(
    ("target", "has", "has_not"),
    [
        ("thread", ['id="thread"', 'id="details"', 'id="inbox-tabs"'], ["<html", 'id="inbox-list"']),
        ("older-messages", ['id="message-'], ["<html", 'id="thread"', 'id="composer"']),
        ("", ["<html", 'id="inbox-list"', 'id="thread"', 'id="details"'], []),
    ],
)
def test_the_part_that_asks_gets_its_part(browser, desk, target, has, has_not):
    content = browser.see("conversation", 1, target=target).content.decode()

    assert [each for each in has if each not in content] == []
    assert [each for each in has_not if each in content] == []


def test_older_messages_follow_without_gap_or_repetition(browser, inside, channel, agent, monkeypatch):
    monkeypatch.setattr(thread, "PAGE", 4)
    at = epoch(timezone.now() - timedelta(minutes=5))
    with inside():
        hear(channel, *(text_message(text=str(number), timestamp=at) for number in range(10)))

    pages, address = [], browser.address("conversation", 1)
    while address:
        answer = browser.client.get(address, headers={"HX-Request": "true", "HX-Target": "older-messages"})
        pages.append(messages(answer))
        found = re.search(r'id="older-messages" href="([^"]+)"', answer.content.decode())
        address = found[1].replace("&amp;", "&") if found else ""

    assert [len(page) for page in pages] == [4, 4, 2]
    ids = [pk for page in reversed(pages) for pk in page]
    assert ids == sorted(set(ids))


def test_a_quote_in_the_address_is_shown_in_the_composer(browser, inside, desk):
    with inside():
        first = desk.messages.get()

    content = browser.see("conversation", 1, quote=first.pk).content.decode()

    assert f'name="quoted" value="{first.pk}"' in content


def test_a_deleted_message_is_not_shown(browser, inside, channel, desk):
    with inside():
        write(channel, "a secret slip")
        hear(channel, revoke(Message.objects.get(text="a secret slip").external_id))

    content = browser.see("conversation", 1).content.decode()

    assert "a secret slip" not in content
    assert "This message was deleted" in content


def test_a_draft_is_there_again(browser, inside, desk, agent):
    with inside():
        Draft.objects.create(workspace=desk.workspace, member=agent, conversation=desk, kind="reply", text="Dear Nadia")

    assert "Dear Nadia</textarea>" in browser.see("conversation", 1).content.decode()


def test_what_a_customer_writes_is_text_and_never_markup(browser, inside, channel, desk):
    with inside():
        Contact.objects.update(name="<script>alert(1)</script>")
        write(channel, '<img src=x onerror="alert(2)">')

    content = browser.see("conversation", 1).content.decode()

    assert "<script>alert(1)" not in content
    assert "<img src=x" not in content


def test_earlier_conversations_of_the_contact_are_linked(browser, inside, channel, desk, agent):
    with inside():
        resolve_conversation(desk, actor=agent)
        age(desk, resolved_at=timedelta(days=20))
        write(channel, "new")

    assert 'href="/w/eagle/inbox/1/"' in browser.see("conversation", 2).content.decode()


def test_the_page_costs_the_same_whatever_is_on_it(browser, inside, channel, desk, agent, django_assert_num_queries):
    with inside():
        Unread.objects.all().delete()
    with django_assert_num_queries(26):
        assert len(messages(browser.see("conversation", 1))) == 1

    with inside():
        first = desk.messages.get()
        ours = reply(desk, agent, quoted=first)
        write(channel, "And?", context={"from": "1", "id": ours.external_id})
        hear(channel, *(text_message(f"62811{number}") for number in range(2)))
        Unread.objects.all().delete()
        Conversation.objects.update(assignee=agent)
    with django_assert_num_queries(26):
        answer = browser.see("conversation", 1, tab="all")
    assert len(messages(answer)) == 4
    assert answer.content.decode().count('<li class="row') == 3


def test_a_conversation_of_another_workspace_does_not_exist(client, desk, outsider):
    client.force_login(outsider.user)

    assert client.get("/w/eagle/inbox/1/").status_code == 404
    assert client.get("/w/kopi/inbox/1/").status_code == 404


def test_reading_changes_nothing_but_what_is_read(browser, inside, desk):
    with inside():
        before, waiting = fresh(desk), jobs()

    browser.see("conversation", 1)

    with inside():
        assert vars(fresh(desk)).items() - {("_state", None)} >= {("status", before.status)}
        assert (fresh(desk).waiting_since, jobs()) == (before.waiting_since, waiting)


@pytest.mark.parametrize("state", ["queued", "sending", "sent", "delivered", "read", "failed", "unconfirmed"])
def test_every_state_can_be_shown(browser, inside, desk, agent, state):
    with inside():
        message = send_text(desk, actor=agent, text="Baik")
        Message.objects.filter(pk=message.pk).update(state=state, failure_code=1, failure_text="Bad")
        Conversation.objects.update(last_message_state=state)

    assert browser.see("conversation", 1, tab="all").status_code == 200


@pytest.mark.parametrize("kind", [kind for kind in Message.Kind.values if kind != "reaction"])
def test_every_kind_can_be_shown(browser, inside, desk, kind):
    with inside():
        Message.objects.update(kind=kind, text="", payload={}, media_state="pending")

    assert browser.see("conversation", 1, tab="all").status_code == 200
