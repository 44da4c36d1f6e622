from contextlib import contextmanager

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test import override_settings

from conftest import as_owner
from helpdesk.tests.operator import run

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def files(tmp_path):
    place = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "files"}}
    with override_settings(STORAGES={**settings.STORAGES, "default": place}):
        yield tmp_path / "files"


@pytest.fixture
def worker():
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id")
        (pk,) = cursor.fetchone()
        yield
        cursor.execute("DELETE FROM procrastinate_workers WHERE id = %s", [pk])


def found(level):
    answer = run("doctor", "--json").answer
    return {each["check"]: each for each in answer["findings"] if each["level"] == level}


def test_a_sound_installation_is_fine(worker):
    ran = run("doctor", "--json")

    assert (ran.status, ran.answer["ok"]) == (0, True)
    checks = {each["check"] for each in ran.answer["findings"]}
    assert checks == {
        *("settings", "mail", "clock", "disk", "database role", "migrations", "walls between workspaces", "worker"),
        *("queue", "failed jobs", "file storage", "channels", "webhooks", "messages"),
    }


def test_without_a_worker_something_is_wrong_and_how_to_mend_it_is_said():
    ran = run("doctor")

    assert ran.status == 1
    assert "WRONG  worker: No worker runs" in ran.out
    assert "→ Start `manage.py worker`." in ran.out


def test_a_folder_that_cannot_be_written_is_wrong(worker, files):
    files.write_text("a file where the folder should be")

    assert found("wrong").keys() == {"file storage"}


def test_a_wall_that_was_taken_down_is_wrong(worker):
    with altered("messaging_message DISABLE ROW LEVEL SECURITY", "messaging_message ENABLE ROW LEVEL SECURITY"):
        wrong = found("wrong")

    assert wrong.keys() == {"walls between workspaces"}
    assert "messaging_message" in wrong["walls between workspaces"]["words"]


def test_a_privileged_role_is_wrong(worker, monkeypatch):
    monkeypatch.setattr("helpdesk.doctor.database.role_trouble", lambda: "postgres is a superuser")

    assert found("wrong").keys() == {"database role"}


def test_jobs_that_wait_too_long_are_wrong(worker):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('default', 'x') RETURNING id")
        (pk,) = cursor.fetchone()
        cursor.execute("UPDATE procrastinate_events SET at = now() - interval '1 hour' WHERE job_id = %s", [pk])
        wrong = found("wrong")
        cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [pk])

    assert wrong["queue"]["words"] == "1 jobs are due; the oldest has waited 3600 s."


def test_what_an_examination_trips_over_is_a_finding(worker, monkeypatch):
    def trip():
        raise RuntimeError("ouch")

    monkeypatch.setattr("helpdesk.doctor.work.a_worker_is_alive", trip)

    assert found("wrong")["worker"]["words"] == "This could not be examined: RuntimeError: ouch"


def test_without_a_database_it_says_so_and_examines_the_rest(monkeypatch):
    def refuse(*args, **kwargs):
        raise OperationalError("connection refused\nis it running?")

    monkeypatch.setattr(connection, "cursor", refuse)

    wrong = found("wrong")

    assert wrong["database"]["words"] == "The database does not answer: connection refused"
    assert "file storage" in found("fine")


@override_settings(PRODUCTION=True, HTTPS=False, ALLOWED_HOSTS=["*"], EMAIL_BACKEND="django.core.mail.backends.dummy.D")
def test_what_is_only_good_for_development_is_wrong_in_production(worker):
    assert found("wrong").keys() == {"settings", "mail"}
    assert found("look")["settings"]["mend"] == "Name the hosts that people use."


@override_settings(EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1", EMAIL_PORT=1)
def test_a_mail_server_that_does_not_answer_is_wrong(worker):
    assert "127.0.0.1:1" in found("wrong")["mail"]["words"]


@contextmanager
def altered(change, back):
    with as_owner() as owner:
        owner.execute(f"ALTER TABLE {change}")
        try:
            yield
        finally:
            owner.execute(f"ALTER TABLE {back}")
