"""What changed since a page was made: the live refetch and the catching up after a lost connection."""

import re

import pytest

from conftest import add_channel
from helpdesk.accounts.tenancy import workspace_scope
from helpdesk.realtime.models import Event
from messaging.actions.addresses import learn_user_id
from messaging.actions.assignment import assign_conversation
from messaging.actions.attempts import withdraw_message
from messaging.actions.replies import send_text
from messaging.actions.resolution import resolve_conversation
from messaging.models import Contact, Conversation, Message
from messaging.tests.bodies import text_message
from messaging.tests.scenes import edit, hear, reaction, sent, tell, unread_of, write

pytestmark = pytest.mark.django_db(transaction=True)


class Page:
    """An open page: it knows its cursor, and asks for what changed."""

    def __init__(self, browser, number=None, tab="all"):
        self.browser, self.number, self.tab = browser, number, tab
        answer = browser.see("conversation", number, tab=tab) if number else browser.see("inbox", tab=tab)
        self.cursor = re.search(r'data-cursor="([^"]+)"', answer.content.decode())[1]

    def catch_up(self, **query):
        query = {"cursor": self.cursor, "tab": self.tab, "conversation": self.number or "", **query}
        answer = self.browser.see("changes", target="live", **query)
        self.cursor = answer.headers.get("X-Cursor", self.cursor)
        return answer

    def news(self):
        """The numbers of the rows that came, of those that left, and the ids of the messages that came and left."""
        answer = self.catch_up()
        assert answer.status_code == 200
        content = answer.content.decode()
        return {
            "rows": ids(r'<li class="row[^"]*" id="conversation-(\d+)"', content),
            "gone rows": ids(r'<li class="gone" id="conversation-(\d+)"', content),
            "messages": ids(r'class="(?:msg|note|sys)[^"]*" id="message-(\d+)"', content),
            "gone messages": ids(r'<div class="gone" id="message-(\d+)"', content),
        }


def ids(pattern: str, content: str) -> list[int]:
    return [int(each) for each in re.findall(pattern, content)]


NOTHING: dict[str, list[int]] = {"rows": [], "gone rows": [], "messages": [], "gone messages": []}


def test_a_new_message_brings_its_row_and_itself(browser, inside, channel, desk):
    page = Page(browser, 1)
    with inside():
        message = write(channel, "And another thing")

    assert page.news() == {**NOTHING, "rows": [1], "messages": [message.pk]}
    with inside():
        assert unread_of(desk) == {}


def test_the_row_of_the_open_conversation_comes_as_read(browser, inside, channel, desk):
    page = Page(browser, 1)
    with inside():
        write(channel)

    assert '<li class="row" id="conversation-1"' in page.catch_up().content.decode()


def test_what_was_told_once_is_not_told_again(browser, inside, channel, desk):
    page = Page(browser, 1)
    with inside():
        write(channel)
    page.news()
    page.news()  # reading it was a change of its own

    assert page.news() == NOTHING


def test_another_conversation_brings_its_row_alone(browser, inside, channel, desk):
    Page(browser, 1)
    page = Page(browser, 1)  # the first reads it, which is a change
    with inside():
        write(channel, sender="628111222333")

    assert page.news() == {**NOTHING, "rows": [2]}
    with inside():
        assert unread_of(Conversation.objects.get(number=2)) == {"Dewi Lestari": 1}


@pytest.mark.parametrize("what", ["status", "edit", "reaction"])
def test_a_message_that_changed_comes_again(browser, inside, channel, desk, agent, what):
    with inside():
        ours = sent(send_text(desk, actor=agent, text="Baik"))
        theirs = desk.messages.get(direction="in")
    page = Page(browser, 1)
    with inside():
        if what == "status":
            tell(channel, ours.external_id, "read")
        elif what == "edit":
            hear(channel, edit(theirs.external_id, "Other words"))
        else:
            hear(channel, reaction(theirs.external_id))

    news = page.news()

    assert news["messages"] == [ours.pk if what == "status" else theirs.pk]


def test_a_message_that_was_taken_back_goes(browser, inside, desk, agent):
    with inside():
        ours = send_text(desk, actor=agent, text="Baik")
    page = Page(browser, 1)
    with inside():
        withdraw_message(ours, actor=agent)

    assert page.news() == {**NOTHING, "rows": [1], "gone messages": [ours.pk]}


def test_what_left_the_list_is_taken_out_of_it(browser, inside, channel, desk, agent, colleague):
    pages = {tab: Page(browser, tab=tab) for tab in ("all", "unassigned", "mine")}
    with inside():
        assign_conversation(desk, actor=agent, assignee=agent)

    assert {tab: (page.news()["rows"], tab) for tab, page in pages.items()} == {
        "all": ([1], "all"),
        "unassigned": ([], "unassigned"),
        "mine": ([1], "mine"),
    }
    pages = {tab: Page(browser, tab=tab) for tab in ("all", "mine")}
    with inside():
        resolve_conversation(desk, actor=agent)
    for page in pages.values():
        assert page.news() == {**NOTHING, "gone rows": [1]}


def test_a_message_of_a_blocked_contact_brings_nothing(browser, inside, channel, desk):
    page = Page(browser)
    with inside():
        Contact.objects.update(blocked=True)
        write(channel, "insult")

    answer = page.catch_up()

    assert "insult" not in answer.content.decode()
    assert ids(r'<li class="row[^"]*" id="conversation-(\d+)"', answer.content.decode()) == []


def test_a_conversation_that_became_part_of_another_leaves_the_list(browser, inside, channel, desk):
    with inside():
        message = {**text_message(), "from_user_id": "ID.1"}
        del message["from"]
        hear(channel, message)
    page, opened = Page(browser), Page(browser, 1)
    with inside():
        learn_user_id(desk.address, "ID.1")

    news = page.news()
    assert (news["rows"], news["gone rows"]) == ([1], [2])
    answer = opened.catch_up()
    assert (answer.status_code, answer["HX-Refresh"]) == (205, "true")


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "1:1:1", "0:0:", "9" * 30 + ":" + "9" * 30 + ":", "9999999:9999999:", "\x00", "1:2:" + "3," * 9000],
)
def test_a_cursor_that_cannot_be_continued_loads_the_page_again(browser, desk, cursor):
    answer = Page(browser, 1).catch_up(cursor=cursor)

    assert (answer.status_code, answer["HX-Refresh"], answer.content) == (205, "true", b"")


@pytest.mark.parametrize("number", ["", "0", "-1", "9" * 18, "9" * 40, "one", "\x00", "1.5", "٣"])
def test_a_conversation_that_is_none_is_none(browser, inside, channel, desk, number):
    page = Page(browser, 1)
    with inside():
        write(channel)

    answer = page.catch_up(conversation=number)

    assert answer.status_code == 200
    assert 'id="thread-header"' not in answer.content.decode()


def test_after_a_long_absence_nothing_is_missed(browser, inside, channel, desk, agent):
    page = Page(browser, 1)
    with inside():
        hear(channel, *(text_message(text=str(number)) for number in range(30)))
        send_text(desk, actor=agent, text="Baik")
        everything = set(Message.objects.exclude(pk=desk.messages.first().pk).values_list("pk", flat=True))

    assert set(page.news()["messages"]) == everything


def test_too_much_for_parts_loads_the_page_again(browser, inside, workspace, desk):
    page = Page(browser, 1)
    with inside():
        Event.objects.bulk_create(
            Event(workspace=workspace, kind="message", subject_id=number, part_id=number) for number in range(1001)
        )

    assert page.catch_up().status_code == 205


def test_a_stranger_gets_no_news(client, desk, outsider, browser):
    page = Page(browser, 1)
    client.force_login(outsider.user)

    assert client.get("/w/eagle/inbox/changes/", {"cursor": page.cursor}).status_code == 404


def test_the_news_of_another_workspace_is_not_told(browser, inside, desk, outsider, other_workspace):

    page = Page(browser, 1)
    with workspace_scope(other_workspace):
        write(add_channel(other_workspace), "a secret of Kopi Lereng")

    answer = page.catch_up()

    assert page.news() == NOTHING
    assert "secret" not in answer.content.decode()
