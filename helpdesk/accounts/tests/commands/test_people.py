"""create_workspace, add_member, issue_token and make_staff."""

from io import StringIO

import pytest
from django.urls import reverse

from helpdesk.accounts import tokens
from helpdesk.accounts.models import Member, User, Workspace
from helpdesk.accounts.tenancy import workspace_scope
from helpdesk.audit.models import AuditEvent
from helpdesk.tests.operator import run

pytestmark = pytest.mark.django_db


def test_a_workspace_is_made():
    ran = run("create_workspace", "roti", "--name", "Roti Pagi", "--time-zone", "Asia/Jakarta", "--json")

    made = Workspace.objects.get()
    assert ran.answer == {"workspace": "roti", "id": made.pk, "name": "Roti Pagi", "dry_run": False}
    assert (ran.status, made.time_zone) == (0, "Asia/Jakarta")


def test_a_dry_run_makes_nothing_but_refuses_the_same():
    tried = run("create_workspace", "roti", "--name", "Roti Pagi", "--dry-run")
    refused = run("create_workspace", "ROTI", "--name", "Roti Pagi", "--dry-run")

    assert (tried.status, tried.out) == (0, "Dry run, nothing was changed. Workspace roti made: Roti Pagi.\n")
    assert refused.status == 1
    assert not Workspace.objects.exists()


def test_a_refusal_is_one_sentence_and_also_json(workspace):
    ran = run("create_workspace", "eagle", "--name", "Another", "--json")

    assert (ran.status, ran.answer) == (1, {"error": ran.error})
    assert "already" in ran.error


def test_a_member_is_added_and_sets_a_password_by_mail(workspace, client, mailoutbox):
    ran = run("add_member", "eagle", "Budi@Eagle.Example", "--role", "agent", "--name", "Budi")
    client.post(reverse("account_reset_password"), {"email": "budi@eagle.example"})

    assert (ran.status, ran.out.splitlines()[0][:34]) == (0, "budi@eagle.example is now agent of")
    assert [mail.to for mail in mailoutbox] == [["budi@eagle.example"]]
    assert "/password/reset/key/" in mailoutbox[0].body


def test_a_password_comes_from_standard_input(workspace, monkeypatch):
    monkeypatch.setattr("sys.stdin", StringIO("a rather long one\n"))

    ran = run("add_member", "eagle", "budi@eagle.example", "--role", "owner", "--password-stdin", "--json")

    assert (ran.status, ran.answer["has_password"]) == (0, True)
    assert User.objects.get().check_password("a rather long one")


def test_a_dry_run_adds_nobody(workspace):
    ran = run("add_member", "eagle", "budi@eagle.example", "--role", "owner", "--dry-run")

    assert ran.status == 0
    assert not User.objects.exists()
    with workspace_scope(workspace):
        assert not Member.objects.exists()


@pytest.mark.parametrize("words", [("nowhere", "budi@eagle.example", "owner"), ("eagle", "budi", "owner")])
def test_a_member_who_cannot_be_is_refused(workspace, words):
    slug, email, role = words

    assert run("add_member", slug, email, "--role", role).status == 1
    assert not User.objects.exists()


def test_an_unknown_role_is_no_argument(workspace):
    assert "choose from" in run("add_member", "eagle", "budi@eagle.example", "--role", "king").error


def test_a_token_is_printed_alone(workspace, agent):
    ran = run("issue_token", "eagle", agent.user.email, "--minutes", "5")

    assert tokens.read(ran.out.strip()) == (workspace.pk, agent.pk)
    assert tokens.read(run("issue_token", "eagle", agent.user.email, "--json").answer["token"])[1] == agent.pk
    with workspace_scope(workspace):
        assert AuditEvent.objects.count() == 2


def test_a_stranger_gets_no_token(workspace, outsider):
    ran = run("issue_token", "eagle", outsider.user.email)

    assert (ran.status, ran.out) == (1, "")


def test_staff_is_made_and_unmade_by_command(agent):
    made = run("make_staff", agent.user.email)
    agent.user.refresh_from_db()
    assert (made.status, agent.user.is_staff, agent.user.is_superuser) == (0, True, False)

    run("make_staff", agent.user.email, "--revoke")
    agent.user.refresh_from_db()
    assert not agent.user.is_staff
    assert run("make_staff", "nobody@eagle.example", "--revoke").status == 1


@pytest.mark.parametrize("name", ["create_workspace", "add_member", "issue_token", "make_staff"])
def test_every_command_explains_itself(name, capsys):
    assert run(name, "--help").status == 0
    assert "--json" in capsys.readouterr().out
