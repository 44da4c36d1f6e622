import re
from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.accounts.models import Member
from messaging import inbox
from messaging.actions.assignment import assign_conversation
from messaging.actions.resolution import resolve_conversation
from messaging.models import Contact, Conversation
from messaging.tests.bodies import text_message
from messaging.tests.scenes import hear, write

pytestmark = pytest.mark.django_db


def rows(answer) -> list[int]:
    """The numbers of the conversations in the list, in its order."""
    found = re.findall(r'<li class="row[^"]*" id="conversation-(\d+)"', answer.content.decode())
    return [int(number) for number in found]


def counts(answer) -> list[str]:
    """What the tabs show."""
    (tabs,) = re.findall(r'<nav class="tabs" id="inbox-tabs".*?</nav>', answer.content.decode(), re.DOTALL)
    return re.findall(r'<span class="num">([^<]*)</span>', tabs)


def older(answer) -> str:
    """Where the list goes on."""
    found = re.search(r'id="older-rows"><a class="btn ghost" href="([^"]+)"', answer.content.decode())
    return found[1].replace("&amp;", "&") if found else ""


def customers(channel, number: int, **fields) -> None:
    hear(channel, *(text_message(f"62811{each:06d}", f"text {each}", **fields) for each in range(number)))


def test_the_list_shows_who_wrote_what_newest_first(browser, inside, channel, agent):
    with inside():
        for minutes, sender in ((3, "628111"), (1, "628222"), (2, "628333")):
            write(channel, f"from {sender}", sender=sender, ago=timedelta(minutes=minutes))

    answer = browser.see("inbox", tab="all")

    assert answer.status_code == 200
    assert rows(answer) == [2, 3, 1]
    assert "from 628222" in answer.content.decode()
    assert re.search(r'data-cursor="\d+:\d+:', answer.content.decode())


def test_each_tab_holds_its_own(browser, inside, channel, agent, colleague):
    with inside():
        customers(channel, 4)
        for number, assignee in ((1, agent), (2, colleague), (3, agent)):
            assign_conversation(Conversation.objects.get(number=number), actor=agent, assignee=assignee)
        resolve_conversation(Conversation.objects.get(number=3), actor=agent)

    assert sorted(rows(browser.see("inbox"))) == [1]
    assert sorted(rows(browser.see("inbox", tab="unassigned"))) == [4]
    answer = browser.see("inbox", tab="all")
    assert sorted(rows(answer)) == [1, 2, 4]
    assert counts(answer) == ["1", "1", "3"]
    assert rows(browser.see("inbox", tab="all", status="resolved")) == [3]


def test_a_snoozed_conversation_is_in_no_list_but_its_own(browser, inside, desk):
    with inside():
        Conversation.objects.update(status="snoozed", snoozed_until=timezone.now())

    assert rows(browser.see("inbox", tab="all")) == []
    assert rows(browser.see("inbox", tab="all", status="snoozed")) == [1]


def test_a_blocked_contact_is_out_of_sight(browser, inside, desk):
    with inside():
        Contact.objects.update(blocked=True)

    answer = browser.see("inbox", tab="all")

    assert (rows(answer), counts(answer)) == ([], ["0", "0", "0"])
    assert browser.see("conversation", 1).status_code == 404


def test_unread_is_shown_on_its_row(browser, inside, channel, desk):
    with inside():
        write(channel)

    content = browser.see("inbox", tab="all").content.decode()

    assert '<li class="row unread" id="conversation-1"' in content
    assert re.search(r'class="[^"]*count[^"]*"[^>]*>\s*2', content)


@pytest.mark.parametrize(
    ("target", "has", "has_not"),
    [
        ("inbox-list", ['id="inbox-list"', 'id="conversation-1"'], ["<html", 'id="thread"']),
        ("older-rows", ['id="conversation-1"'], ["<html", 'id="inbox-list"']),
        ("thread", ['id="thread"'], ["<html", 'id="inbox-list"']),
        ("anything", ["<html", 'id="inbox-list"', 'id="thread"'], []),
        ("", ["<html", 'id="inbox-list"', 'id="thread"'], []),
    ],
)
def test_the_part_that_asks_gets_its_part(browser, desk, target, has, has_not):
    content = browser.see("inbox", target=target, tab="all").content.decode()

    assert [each for each in has if each not in content] == []
    assert [each for each in has_not if each in content] == []


@pytest.mark.parametrize("tab", ["all", "unassigned"])
def test_older_conversations_follow_without_gap_or_repetition(browser, inside, channel, agent, monkeypatch, tab):
    monkeypatch.setattr(inbox, "PAGE", 4)
    with inside():
        customers(channel, 10, timestamp="1700000000")
        customers(channel, 0)

    seen, address = [], browser.address("inbox") + f"?tab={tab}"
    while address:
        answer = browser.client.get(address, headers={"HX-Request": "true", "HX-Target": "older-rows"})
        seen.append(rows(answer))
        address = older(answer)

    assert [len(page) for page in seen] == [4, 4, 2]
    numbers = [number for page in seen for number in page]
    assert numbers == sorted(set(numbers), reverse=True)


def test_a_conversation_that_moves_up_while_reading_on_is_not_shown_twice(browser, inside, channel, agent, monkeypatch):
    monkeypatch.setattr(inbox, "PAGE", 2)
    with inside():
        for minutes in range(4):
            write(channel, sender=f"62811{minutes}", ago=timedelta(minutes=9 - minutes))
    first = browser.see("inbox", tab="all")
    with inside():
        write(channel, sender="628110")

    second = browser.client.get(older(first), headers={"HX-Request": "true", "HX-Target": "older-rows"})

    assert (rows(first), rows(second)) == ([4, 3], [2])


def test_counts_end_at_a_thousand(browser, inside, channel, agent, monkeypatch):
    monkeypatch.setattr(inbox, "COUNT_LIMIT", 3)
    with inside():
        customers(channel, 5)

    assert counts(browser.see("inbox")) == ["0", "3", "3"]


def test_the_list_costs_the_same_however_much_is_on_it(browser, inside, channel, agent, django_assert_num_queries):
    with inside():
        write(channel)
    with django_assert_num_queries(18):
        assert len(rows(browser.see("inbox", tab="all"))) == 1

    with inside():
        customers(channel, 2)
        for conversation in Conversation.objects.all()[:2]:
            assign_conversation(conversation, actor=agent, assignee=agent)
    with django_assert_num_queries(18):
        assert len(rows(browser.see("inbox", tab="all"))) == 3


def test_who_is_not_signed_in_is_sent_to_the_door(client, desk):
    assert client.get("/w/eagle/inbox/").url == "/accounts/login/?next=/w/eagle/inbox/"
    answer = client.get(
        "/w/eagle/inbox/", headers={"HX-Request": "true", "HX-Current-URL": "http://x/w/eagle/inbox/1/"}
    )
    assert (answer.status_code, answer["HX-Redirect"]) == (401, "/accounts/login/?next=/w/eagle/inbox/1/")


def test_a_stranger_gets_404_and_a_removed_member_too(client, desk, outsider, agent, inside):
    client.force_login(outsider.user)
    assert client.get("/w/eagle/inbox/").status_code == 404

    client.force_login(agent.user)
    with inside():
        Member.objects.filter(pk=agent.pk).update(removed_at=timezone.now())
    assert client.get("/w/eagle/inbox/").status_code == 404
