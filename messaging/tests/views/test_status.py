import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from helpdesk.accounts.models import Member
from messaging.actions.resolution import resolve_conversation
from messaging.models import Message
from messaging.tests.scenes import age, fresh, jobs, write

pytestmark = pytest.mark.django_db

PARTS = ['id="thread-header"', 'id="composer"', 'id="details"', 'id="inbox-tabs"']


@pytest.mark.parametrize("script", [True, False])
class TestWiring:
    def check(self, answer, script: bool) -> None:
        """The parts come back for the page's script, the page for a browser without."""
        content = answer.content.decode()
        if script:
            assert answer.status_code == 200
            assert [part for part in PARTS if part not in content] == []
            assert "<html" not in content
        else:
            assert (answer.status_code, answer.url) == (302, "/w/eagle/inbox/1/")

    def test_assigning(self, browser, inside, desk, colleague, script):
        self.check(browser.do("assignment", 1, script=script, assignee=colleague.pk), script)

        with inside():
            assert fresh(desk).assignee == colleague

    def test_assigning_to_nobody(self, browser, inside, desk, agent, script):
        with inside():
            type(desk).objects.update(assignee=agent)

        self.check(browser.do("assignment", 1, script=script, assignee=""), script)

        with inside():
            assert fresh(desk).assignee is None

    def test_resolving(self, browser, inside, desk, script):
        self.check(browser.do("resolution", 1, script=script), script)

        with inside():
            assert (fresh(desk).status, fresh(desk).waiting_since) == ("resolved", None)

    def test_reopening(self, browser, inside, desk, agent, script):
        with inside():
            resolve_conversation(desk, actor=agent)

        self.check(browser.do("reopening", 1, script=script), script)

        with inside():
            assert fresh(desk).status == "open"

    def test_no_reply_needed(self, browser, inside, desk, script):
        self.check(browser.do("no_reply", 1, script=script), script)

        with inside():
            assert (fresh(desk).status, fresh(desk).waiting_since) == ("open", None)


def test_the_line_that_says_so_comes_along(browser, inside, desk):
    answer = browser.do("resolution", 1)

    with inside():
        line = Message.objects.get(kind="event")
    assert f'id="message-{line.pk}"' in answer.content.decode()
    assert "Dewi Lestari resolved the conversation" in answer.content.decode()


@pytest.mark.parametrize("name", ["assignment", "resolution", "no_reply"])
def test_what_is_being_written_is_not_lost(browser, desk, name):
    composer = re.search(r'<reply-composer id="composer"[^>]*>', browser.do(name, 1).content.decode())

    assert composer is not None
    assert " data-live" in composer[0]


def test_a_resolved_conversation_leaves_the_list(browser, desk):
    assert '<li class="gone" id="conversation-1">' in browser.do("resolution", 1).content.decode()


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("name", ["reopening", "no_reply"])
def test_a_refusal_is_409_with_its_sentence(browser, inside, desk, agent, name, script):
    with inside():
        if name == "no_reply":
            resolve_conversation(desk, actor=agent)
        before = Message.objects.count()

    answer = browser.do(name, 1, script=script)

    assert answer.status_code == 409
    with inside():
        assert (Message.objects.count(), jobs()) == (before, [])


def test_reopening_beside_an_open_one_names_it(browser, inside, channel, desk, agent):
    with inside():
        resolve_conversation(desk, actor=agent)
        age(desk, resolved_at=timedelta(days=15))
        write(channel)

    answer = browser.do("reopening", 1)

    assert (answer.status_code, "#2" in answer.content.decode()) == (409, True)


@pytest.mark.parametrize("hostile", ["9" * 40, "-1", "one", "\x00", "1.5", "0"])
def test_somebody_who_is_not_there_gets_nothing(browser, inside, desk, hostile):
    assert browser.do("assignment", 1, assignee=hostile).status_code == 422

    with inside():
        assert fresh(desk).assignee is None


def test_a_member_who_left_or_works_elsewhere_gets_nothing(browser, inside, desk, outsider, colleague):
    with inside():
        Member.objects.filter(pk=colleague.pk).update(removed_at=timezone.now())

    assert [browser.do("assignment", 1, assignee=each.pk).status_code for each in (outsider, colleague)] == [422, 422]
    with inside():
        assert fresh(desk).assignee is None


@pytest.mark.parametrize("name", ["messages", "notes", "assignment", "resolution", "reopening", "no_reply"])
def test_what_changes_something_is_posted_with_the_forms_secret(client, agent, desk, name):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(agent.user)
    path = f"/w/eagle/inbox/1/{name.replace('_', '-') if name == 'no_reply' else name}/"

    assert strict.get(path).status_code == 405
    assert strict.post(path).status_code == 403
