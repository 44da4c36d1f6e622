"""The data folder: its environment, what it keeps, and that one supervisor at a time has it."""

import json
import os
import socket
import stat

import environ
import pytest

from helpdesk.supervisor import folder as module
from helpdesk.supervisor.folder import AlreadyRunning, DataFolder

DATABASE = {"DATABASE_URL": "postgres://app@/helpdesk", "PGHOST": "/sockets"}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for name in ("PUBLIC_URL", "SECRET_KEY", "EMAIL_URL"):
        monkeypatch.delenv(name, raising=False)
    return DataFolder(tmp_path / "data")


def test_the_secret_key_is_made_once_and_readable_by_us_alone(folder):
    first = folder.environment(port=8000, database=DATABASE)["SECRET_KEY"]

    again = DataFolder(folder.path).environment(port=8000, database=DATABASE)["SECRET_KEY"]

    assert again == first
    assert len(first) >= 50
    assert stat.S_IMODE((folder.path / "secret_key").stat().st_mode) == 0o600


def test_what_is_in_it_is_readable_by_us_alone_even_where_others_may_pass_through(folder):
    (folder.path / "mail").chmod(0o755)

    DataFolder(folder.path)

    modes = {name: stat.S_IMODE((folder.path / name).stat().st_mode) for name in ("files", "mail", "simulator")}
    assert modes == dict.fromkeys(modes, 0o700)


def test_what_the_person_set_wins(folder, monkeypatch):
    monkeypatch.setenv("PUBLIC_URL", "https://desk.example.com")
    monkeypatch.setenv("HELPDESK_MODE", "production")

    environment = folder.environment(port=8000, database=DATABASE)

    assert environment["PUBLIC_URL"] == "https://desk.example.com"
    assert environment["HELPDESK_MODE"] == "development"


def test_the_database_of_the_shell_does_not_get_through(folder, monkeypatch):
    monkeypatch.setenv("PGUSER", "somebody")
    monkeypatch.setenv("PGHOST", "elsewhere")

    environment = folder.environment(port=8000, database=DATABASE)

    assert "PGUSER" not in environment
    assert environment["PGHOST"] == "/sockets"


def test_mail_is_written_into_the_folder(folder):
    address = folder.environment(port=8000, database=DATABASE)["EMAIL_URL"]

    assert environ.Env.email_url_config(address)["EMAIL_FILE_PATH"] == str(folder.path / "mail")


def test_the_simulator_keeps_its_port(folder):
    assert folder.simulator_port() == DataFolder(folder.path).simulator_port(must_be_free=True)


def test_the_simulator_moves_when_its_port_is_taken(folder):
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        (folder.path / "simulator_port").write_text(str(taken))

        port = folder.simulator_port(must_be_free=True)

    assert port != taken
    assert folder.simulator_port() == port


def test_a_second_supervisor_is_told_where_the_first_is(folder):
    with folder.supervised():
        folder.write_record({"address": "http://127.0.0.1:8000"})

        with pytest.raises(AlreadyRunning, match=r"at http://127\.0\.0\.1:8000"), DataFolder(folder.path).supervised():
            pass


def test_a_supervisor_waits_for_the_end_of_a_killed_one(folder, monkeypatch):
    monkeypatch.setattr(module, "TAKE_OVER_SECONDS", 2)
    with folder.supervised(), pytest.raises(AlreadyRunning), DataFolder(folder.path).supervised():
        pass

    with DataFolder(folder.path).supervised() as lock:
        assert os.fstat(lock)


def test_the_demonstration_says_where_it_is_now(folder):
    people = [{"user": "a@example.com", "password": "secret", "role": "owner", "workspace": "eagle"}]
    folder.demo.write_text(json.dumps({"address": "http://127.0.0.1:8000", "people": people}))

    folder.tell_demo("http://127.0.0.1:9000")

    assert json.loads(folder.demo.read_text()) == {"address": "http://127.0.0.1:9000", "people": people}
    assert folder.people() == people


def test_without_a_demonstration_there_is_nothing_to_say(folder):
    folder.tell_demo("http://127.0.0.1:9000")

    assert not folder.demo.exists()
    assert folder.people() == []
