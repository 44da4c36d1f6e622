"""Losing the right to listen closes the stream, and what waited in it is not sent any more."""

import time
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils.timezone import now

from helpdesk.accounts.models import Member
from helpdesk.accounts.permissions import Role
from helpdesk.accounts.tenancy import workspace_scope
from helpdesk.realtime import client, hub
from helpdesk.realtime.database import StreamDatabase
from helpdesk.realtime.queries import NEWS, STILL_WELCOME
from helpdesk.realtime.tests.conftest import sign_in
from helpdesk.realtime.tests.test_cursor import tell

CHECK_EVERY = hub.CHECK_EVERY


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "CHECK_EVERY", 0.1)


def log_out(member: Member, key: str) -> None:
    Session.objects.filter(pk=key).delete()


def expire(member: Member, key: str) -> None:
    Session.objects.filter(pk=key).update(expire_date=now() - timedelta(seconds=1))


def change_password(member: Member, key: str) -> None:
    member.user.set_password("another long password")
    member.user.save(update_fields=["password"])


def deactivate(member: Member, key: str) -> None:
    member.user.is_active = False
    member.user.save(update_fields=["is_active"])


def remove(member: Member, key: str) -> None:
    with workspace_scope(member.workspace_id):
        Member.objects.filter(pk=member.pk).update(removed_at=now())


def demote(member: Member, key: str) -> None:
    with workspace_scope(member.workspace_id):
        Member.objects.filter(pk=member.pk).update(role=Role.AGENT)


@pytest.mark.parametrize("lose", [log_out, expire, change_password, deactivate, remove, demote])
def test_losing_the_right_to_listen_closes_the_stream(site, admin, colleague, lose):
    key, other = sign_in(admin), sign_in(colleague)
    browser, bystander = site.open(key), site.open(other)
    lose(admin, key)

    frame = browser.frame()

    assert frame is not None
    assert (frame.event, frame.id, frame.data) == ("closed", "", {})
    assert browser.frame() is None
    assert bystander.is_quiet()
    tell(admin.workspace, 1)
    assert bystander.events() == [("conversation", 1, None)]


def test_a_member_of_two_workspaces_loses_only_one(site, agent, other_workspace):
    with workspace_scope(other_workspace):
        Member.objects.create(workspace=other_workspace, user=agent.user, role=Role.AGENT)
    key = sign_in(agent)
    here, there = site.open(key), site.open(key, "kopi")
    remove(agent, key)

    frame = here.frame()

    assert frame is not None
    assert frame.event == "closed"
    assert there.is_quiet()


def test_what_waits_is_not_sent_to_whoever_lost_the_right(site, agent):
    key = sign_in(agent)
    browser = site.open(key)
    browser.stall()
    tell(agent.workspace, 1)
    tell(agent.workspace, 2)
    remove(agent, key)
    time.sleep(0.5)
    browser.flow()

    seen = [frame.event for frame in iter(browser.frame, None)]

    assert set(seen) <= {"change", "closed"}
    assert seen.count("change") <= 1
    assert seen[-1] == "closed"


def test_whoever_does_not_read_either_is_cut_off(site, agent, monkeypatch):
    monkeypatch.setattr(client, "GRACE", 0.2)
    key = sign_in(agent)
    browser = site.open(key)
    browser.stall()
    tell(agent.workspace, 1)
    remove(agent, key)

    assert browser.is_finished.wait(5)


def test_the_check_is_one_query_for_all_streams(site, agent, colleague, admin, monkeypatch):
    asked: list[str] = []
    fetch = StreamDatabase.fetch

    async def counted(database, query, parameters=None):
        asked.append(query)
        return await fetch(database, query, parameters)

    for member in (agent, colleague, admin):
        key = sign_in(member)
        site.open(key)
        site.open(key)
    monkeypatch.setattr(StreamDatabase, "fetch", counted)
    time.sleep(1.0)

    assert 3 <= asked.count(STILL_WELCOME) <= 11
    assert set(asked) <= {STILL_WELCOME, NEWS}


def test_the_check_comes_often_enough_for_the_promise_of_five_seconds():
    assert CHECK_EVERY <= 4
