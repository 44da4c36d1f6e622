import json
from collections import Counter

import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from helpdesk.accounts.models import Member, Workspace
from helpdesk.accounts.tenancy import system_scope
from helpdesk.audit.models import AuditEvent
from helpdesk.tests.operator import run
from messaging.demo.script import scripts
from messaging.models import Channel, Contact, Conversation, Message, Unread

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def files(tmp_path):
    place = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "files"}}
    with override_settings(STORAGES={**settings.STORAGES, "default": place}):
        yield tmp_path / "files"


@pytest.fixture
def demo(tmp_path):
    return tmp_path / "new" / "demo.json"


def seeded(demo, *words):
    return run("seed_demo", "--demo-file", str(demo), "--address", "http://127.0.0.1:8123", *words)


def test_the_demonstration_shows_every_state_and_is_not_made_twice(demo, files, client):
    began = timezone.now()
    ran = seeded(demo, "--json")
    took = timezone.now() - began

    assert (ran.status, ran.answer["made"]) == (0, ["lentera-study", "kopi-lereng"])
    assert took.total_seconds() < 5
    told = json.loads(demo.read_text())
    assert told == {"address": "http://127.0.0.1:8123", "people": ran.answer["people"]}
    assert demo.stat().st_mode & 0o777 == 0o600
    people = {(person["workspace"], person["role"]) for person in told["people"]}
    assert people == {(slug, role) for slug in ("lentera-study", "kopi-lereng") for role in ("owner", "admin", "agent")}

    with system_scope("the test looks at everything"):
        for slug in ("lentera-study", "kopi-lereng"):
            every_state_is_there(slug)
        before = rows()
    again = seeded(demo)
    with system_scope("the test looks at everything"):
        assert rows() == before
    assert (again.status, again.out) == (
        0,
        f"The demonstration was there already.\nWho can sign in is in {demo}.\n",
    )
    assert json.loads(demo.read_text()) == told

    for person in told["people"]:
        client.logout()
        form = {"login": person["user"], "password": person["password"]}
        assert client.post(reverse("account_login"), form, follow=True).redirect_chain[-1][0] == (
            f"/w/{person['workspace']}/inbox/"
        )


def every_state_is_there(slug):
    found = Conversation.objects.filter(workspace__slug=slug).select_related("contact", "assignee")
    now = timezone.now()
    ends = [row.window_ends_at for row in found if row.status == "open" and row.window_ends_at]
    hours = [(end - now).total_seconds() / 3600 for end in ends]
    assert Counter(row.status for row in found)["open"] >= 15
    assert {row.status for row in found} == {"open", "snoozed", "resolved"}
    assert any(0 < left < 2 for left in hours)
    assert any(left < 0 for left in hours)
    assert any(row.assignee is None for row in found)
    assert any(row.contact.blocked for row in found)
    assert sum(row.waiting_since is not None for row in found) >= 10
    assert {row.last_message_state for row in found} >= {"", "sent", "delivered", "read", "failed", "unconfirmed"}
    assert all(row.last_message_at <= now and row.created_at <= row.last_message_at for row in found)
    assert min(row.snoozed_until for row in found if row.snoozed_until) > now

    messages = Message.objects.filter(workspace__slug=slug)
    kinds = set(messages.values_list("kind", flat=True))
    assert kinds >= {
        "text",
        "image",
        "document",
        "voice",
        "location",
        "contacts",
        "template",
        "note",
        "reaction",
        "event",
    }
    assert messages.filter(quoted__isnull=False, kind="text").exists()
    assert messages.exclude(reactions=[]).count() >= 3
    assert messages.filter(deleted_at__isnull=False).exists()
    assert all(message.provider_time == message.created_at for message in messages)
    assert set(messages.exclude(media=None).values_list("media_state", "media__state")) == {("stored", "stored")}
    assert Unread.objects.filter(workspace__slug=slug).exists()


def test_what_was_seeded_opens(demo, client):
    seeded(demo)
    person = next(person for person in json.loads(demo.read_text())["people"] if person["role"] == "agent")
    client.post(reverse("account_login"), {"login": person["user"], "password": person["password"]})

    with system_scope("the test looks at everything"):
        workspace = Workspace.objects.get(slug=person["workspace"])
        visible = Conversation.objects.filter(workspace=workspace, contact__blocked=False)
        numbers = list(visible.values_list("number", flat=True))
    for number in numbers:
        assert client.get(f"/w/{workspace.slug}/inbox/{number}/").status_code == 200


def test_a_lost_file_is_written_again_with_new_passwords(demo):
    seeded(demo)
    first = json.loads(demo.read_text())
    demo.unlink()

    seeded(demo)

    second = json.loads(demo.read_text())
    assert [person["user"] for person in second["people"]] == [person["user"] for person in first["people"]]
    assert not {p["password"] for p in first["people"]} & {p["password"] for p in second["people"]}


def test_without_a_file_passwords_are_told_once_or_when_asked():
    assert "ratna@lentera.example" in run("seed_demo").out
    assert "ratna@lentera.example" not in run("seed_demo").out
    assert "ratna@lentera.example" in run("seed_demo", "--new-passwords").out


def test_a_run_that_died_is_completed(demo, monkeypatch):
    monkeypatch.setattr("messaging.demo.seed.Player.play", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        seeded(demo)
    monkeypatch.undo()

    ran = seeded(demo, "--json")

    assert ran.answer["made"] == ["lentera-study", "kopi-lereng"]
    with system_scope("the test looks at everything"):
        assert Channel.objects.count() == 2
        assert Member.objects.count() == sum(len(script.people) for script in scripts())


def test_a_dry_run_makes_nothing(demo):
    assert seeded(demo, "--dry-run", "--json").answer["made"] == ["lentera-study", "kopi-lereng"]
    assert not Workspace.objects.exists()
    assert not demo.exists()


@override_settings(PRODUCTION=True)
def test_production_has_no_demonstration(demo):
    assert seeded(demo).status == 1
    assert not Workspace.objects.exists()


@override_settings(SIMULATOR_URL="http://127.0.0.1:8900", WHATSAPP_API_URL="http://127.0.0.1:8900")
def test_the_stand_in_knows_its_channels_on_whatever_port_it_is(demo):
    from messaging.simulator.directory import DatabaseDirectory

    seeded(demo)

    accounts = DatabaseDirectory().accounts()
    assert [account["name"] for account in accounts] == ["Kopi Lereng", "Lentera Study"]
    assert all(len(account["customers"]) > 20 for account in accounts)


def rows():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        jobs = cursor.fetchone()
    return jobs, [model.objects.count() for model in (Message, Conversation, Contact, Channel, Member, AuditEvent)]
