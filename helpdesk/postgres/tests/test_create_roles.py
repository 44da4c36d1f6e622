"""`create_roles`: the launcher's statements for an administrator's own PostgreSQL."""

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from helpdesk.postgres import roles
from helpdesk.postgres.tests.conftest import ask


@pytest.fixture
def fresh(monkeypatch):
    """A database that the server does not have yet, and passwords in both addresses."""
    for address, password in ((settings.DATABASES["default"], "app's own"), (settings.DATABASE_OWNER, "owner's own")):
        monkeypatch.setitem(address, "NAME", "desk")
        monkeypatch.setitem(address, "PASSWORD", password)
    return "desk"


def test_without_an_address_it_prints_a_script_and_changes_nothing(fresh, running, capsys):
    call_command("create_roles")

    assert capsys.readouterr().out == roles.script(fresh) + "\n"
    assert ask(running.superuser_url(), "SELECT count(*) FROM pg_database WHERE datname = 'desk'") == 0


def test_with_an_address_it_makes_everything_and_may_run_again(fresh, running):
    for _ in range(2):
        call_command("create_roles", superuser_url=running.superuser_url(), verbosity=0)

    ask(running.owner_url(fresh), "CREATE TABLE IF NOT EXISTS thing (id int)")
    assert ask(running.app_url(fresh), "SELECT count(*) FROM thing") == 0
    with_password = "SELECT count(*) FROM pg_authid WHERE rolname LIKE 'helpdesk%' AND rolpassword LIKE 'SCRAM%'"
    assert ask(running.superuser_url(), with_password) == 2


def test_a_wrong_role_in_an_address_is_told(fresh, running, monkeypatch):
    monkeypatch.setitem(settings.DATABASES["default"], "USER", "postgres")

    with pytest.raises(CommandError, match="DATABASE_URL must name the role helpdesk_app"):
        call_command("create_roles", superuser_url=running.superuser_url())


def test_a_refusal_of_the_server_is_told(fresh, running):
    with pytest.raises(CommandError, match="PostgreSQL refused"):
        call_command("create_roles", superuser_url=running.owner_url("postgres"))
