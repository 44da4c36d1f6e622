"""Who may listen: every way of not being the member that one claims to be is answered with a bare status."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.test import override_settings
from django.utils.timezone import now

from helpdesk.accounts.models import Member
from helpdesk.accounts.tenancy import workspace_scope
from helpdesk.realtime.tests.browsers import Site
from helpdesk.realtime.tests.conftest import sign_in


def status(site: Site, session: str = "", workspace: str = "eagle", **request: str) -> int | None:
    browser = site.open(session, workspace, **request)
    if browser.status != 200:
        assert browser.frame() is None, "a refusal says nothing"
        assert browser.headers["content-length"] == "0"
    browser.leave()
    return browser.status


def test_a_member_may_listen(site, agent):
    browser = site.open(sign_in(agent))

    assert browser.status == 200
    assert browser.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert browser.headers["cache-control"] == "no-store, no-transform"
    assert browser.headers["x-accel-buffering"] == "no"


@pytest.mark.parametrize("session", ["", "nosuchsession0000000000000000000000", "\x00", "a' OR 1=1", "x" * 5000])
def test_whoever_is_not_signed_in_may_not(site, agent, session):
    assert status(site, session) == 401


@pytest.mark.parametrize(
    "changes",
    [
        {HASH_SESSION_KEY: "0" * 64},
        {HASH_SESSION_KEY: ""},
        {BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend"},
        {SESSION_KEY: "0"},
        {SESSION_KEY: ""},
        {SESSION_KEY: "9" * 30},
        {SESSION_KEY: "1 OR true"},
    ],
)
def test_a_session_that_django_would_not_take_does_not_count(site, agent, changes):
    assert status(site, sign_in(agent, **changes)) == 401


def test_an_expired_session_does_not_count(site, agent):
    key = sign_in(agent)
    Session.objects.filter(pk=key).update(expire_date=now() - timedelta(seconds=1))

    assert status(site, key) == 401


def test_a_session_that_was_tampered_with_does_not_count(site, agent):
    key = sign_in(agent)
    Session.objects.filter(pk=key).update(session_data="eyJfYXV0aF91c2VyX2lkIjoiMSJ9:1abc:forged")

    assert status(site, key) == 401


def test_an_inactive_user_is_nobody(site, agent):
    key = sign_in(agent)
    agent.user.is_active = False
    agent.user.save(update_fields=["is_active"])

    assert status(site, key) == 401


def test_a_changed_password_ends_the_sessions_made_with_the_old_one(site, agent):
    key = sign_in(agent)
    agent.user.set_password("another long password")
    agent.user.save(update_fields=["password"])

    assert status(site, key) == 401
    assert status(site, sign_in(agent)) == 200


def test_a_rotated_secret_key_keeps_sessions(site, agent):
    key = sign_in(agent)

    with override_settings(SECRET_KEY="n" * 50, SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert status(site, key) == 200
    with override_settings(SECRET_KEY="n" * 50, SECRET_KEY_FALLBACKS=[]):
        assert status(site, key) == 401


@pytest.mark.parametrize("slug", ["kopi", "nosuch", "", "\x00", "a b", "x" * 9000, "eagle' OR true --"])
def test_to_a_stranger_a_workspace_is_not_there(site, agent, outsider, slug):
    assert status(site, sign_in(agent), slug) == 404


def test_a_removed_member_is_a_stranger(site, agent):
    with workspace_scope(agent.workspace_id):
        Member.objects.filter(pk=agent.pk).update(removed_at=now())

    assert status(site, sign_in(agent)) == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://testserver.evil.example"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"sec_fetch_site": "none"},
    ],
)
def test_another_site_may_not_listen_even_with_the_cookie(site, agent, headers):
    assert status(site, sign_in(agent), **headers) == 403


def test_pages_of_this_site_may(site, agent):
    assert status(site, sign_in(agent), origin="http://testserver", sec_fetch_site="same-origin") == 200


@pytest.mark.parametrize("host", ["evil.example", "", "testserver.evil.example", "a b"])
def test_an_unknown_host_is_refused(site, agent, host):
    assert status(site, sign_in(agent), host=host) == 400


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_listening_is_all_one_can_do(site, agent, method):
    assert status(site, sign_in(agent), method=method) == 405


def test_head_tells_whether_one_may_listen_without_listening(site, agent):
    browser = site.open(sign_in(agent), method="HEAD")

    assert browser.status == 200
    assert browser.frame() is None
    assert site.open(method="HEAD").status == 401


def test_an_eleventh_stream_of_a_user_is_one_too_many(site, agent, colleague):
    key = sign_in(agent)
    open_streams = [site.open(key) for _ in range(10)]
    refused = site.open(key)

    assert [each.status for each in open_streams] == [200] * 10
    assert (refused.status, refused.headers["retry-after"]) == (429, "5")
    assert status(site, sign_in(colleague)) == 200

    open_streams[0].leave()
    assert open_streams[0].is_finished.wait(5)
    assert status(site, key) == 200
