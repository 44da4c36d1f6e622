from argparse import ArgumentTypeError
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError

from helpdesk.commands import OperatorCommand, duration, moment


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90s", timedelta(seconds=90)),
        ("15m", timedelta(minutes=15)),
        ("1d12h", timedelta(days=1, hours=12)),
    ],
)
def test_durations_are_read(text, expected):
    assert duration(text) == expected


@pytest.mark.parametrize("text", ["", "6", "h", "12h1d", "-6h"])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(ArgumentTypeError):
        duration(text)


def test_moments_are_dates_times_and_durations_ago():
    assert moment("2026-11-21") == datetime(2026, 11, 21, tzinfo=UTC)
    assert moment("2026-11-21T08:00+07:00") == datetime(2026, 11, 21, 1, tzinfo=UTC)
    assert moment("2026-11-21 08:00") == datetime(2026, 11, 21, 8, tzinfo=UTC)
    assert datetime.now(UTC) - moment("6h") - timedelta(hours=6) < timedelta(seconds=5)


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "2026-11-21T25:00", "99999999999999d"])
def test_what_is_no_moment_is_refused(text):
    with pytest.raises(ArgumentTypeError):
        moment(text)


def test_a_privileged_database_role_works_no_command(monkeypatch):
    monkeypatch.setattr("helpdesk.commands.role_trouble", lambda: "postgres is a superuser")

    with pytest.raises(CommandError, match="superuser"):
        OperatorCommand().handle(json=False)
