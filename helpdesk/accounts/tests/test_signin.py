"""Signing in from outside: what a stranger can learn, block or redirect, and what a person may not change alone."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.core.cache import cache

from helpdesk.accounts.models import User

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"
EMAIL = "dewi@eagle.example"
ADDRESS = "/accounts/login/"


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()
    yield
    cache.clear()


def sign_in(client, password=PASSWORD, **extra):
    return client.post(ADDRESS, {"login": EMAIL, "password": password}, **extra)


@pytest.mark.parametrize("page", ["email/", "confirm-email/", "confirm-email/abc/", "login/code/confirm/"])
def test_nobody_changes_the_address_they_sign_in_with(client, agent, page):
    client.force_login(agent.user)

    answers = [
        client.get(f"/accounts/{page}"),
        client.post(f"/accounts/{page}", {"email": "owner@eagle.example", "action_add": ""}),
        client.post(f"/accounts/{page}", {"email": "new@evil.example", "action_add": ""}),
        client.post(f"/accounts/{page}", {"email": "new@evil.example", "action_primary": ""}),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert User.objects.get(pk=agent.user_id).email == EMAIL
    assert not agent.user.emailaddress_set.exists()


def test_a_stranger_cannot_lock_a_person_out(client, agent):
    for _attempt in range(6):
        sign_in(client, "wrong", REMOTE_ADDR="203.0.113.9")

    blocked = sign_in(client, REMOTE_ADDR="203.0.113.9")
    welcome = sign_in(client, REMOTE_ADDR="198.51.100.7")

    assert (blocked.status_code, welcome.status_code) == (200, 302)


def test_guessing_is_slowed_down_for_each_address(client, agent):
    answers = [sign_in(client, "wrong", REMOTE_ADDR="203.0.113.9") for _attempt in range(6)]

    assert "wrong too often" in answers[-1].content.decode()


@pytest.mark.parametrize("behind_proxy", [False, True])
def test_the_address_that_a_visitor_claims_counts_only_from_our_proxy(client, agent, settings, behind_proxy):
    settings.BEHIND_PROXY = behind_proxy
    for attempt in range(6):
        sign_in(client, "wrong", headers={"X-Forwarded-For": f"192.0.2.{attempt}, 203.0.113.9"})

    same = sign_in(client, headers={"X-Forwarded-For": "203.0.113.9"})
    other = sign_in(client, headers={"X-Forwarded-For": "203.0.113.9, 198.51.100.7"})

    assert same.status_code == 200
    assert other.status_code == (302 if behind_proxy else 200)


def test_a_password_is_asked_for_five_times_an_hour(client, agent, mailoutbox):
    answers = []
    for minutes in range(0, 12, 2):
        with time_machine.travel(datetime(2026, 11, 22, 9, minutes, tzinfo=UTC)):
            answers.append(client.post("/accounts/password/reset/", {"email": EMAIL}))

    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert len(mailoutbox) == 5


def test_the_link_in_the_mail_leads_to_us_whatever_the_request_said(client, agent, settings, mailoutbox):
    settings.PUBLIC_URL, settings.ALLOWED_HOSTS = "https://desk.example.com", ["*"]

    client.post("/accounts/password/reset/", {"email": EMAIL}, headers={"Host": "evil.example:81"})

    assert "https://desk.example.com/accounts/password/reset/key/" in mailoutbox[0].body
    assert "evil" not in mailoutbox[0].body


def test_a_reset_says_the_same_of_people_who_are_not_there(client, agent):
    known = client.post("/accounts/password/reset/", {"email": EMAIL})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@eagle.example"})

    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)


@pytest.mark.parametrize(
    "place",
    ["//evil.example", "/\\evil.example", "https:evil.example", "javascript:alert(1)", "\x08//evil.example", "///evil"],
)
def test_signing_in_leads_to_no_other_site(client, agent, place):
    there = client.post(ADDRESS, {"login": EMAIL, "password": PASSWORD, "next": place})
    back = client.post("/accounts/logout/", {"next": place})

    assert (there.url, back.url) == ("/workspaces/", ADDRESS)
