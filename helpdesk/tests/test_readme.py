"""What the README promises is there, and what is there is in the README."""

import re

from django.conf import settings
from django.core.management import get_commands

README = (settings.BASE_DIR / "README.md").read_text()
OURS = ("helpdesk.", "messaging", "tickets")
STARTED_BY_OTHERS = {"run_simulator"}


def test_every_command_is_in_the_table():
    ours = {name for name, app in get_commands().items() if str(app).startswith(OURS)}

    assert set(re.findall(r"^\| `(\w+)[ `]", README.split("## Commands")[1].split("##")[0], re.M)) == (
        ours - STARTED_BY_OTHERS
    )


def test_every_setting_is_in_the_table():
    read = set(re.findall(r'env\.\w+\(\s*"(\w+)"', (settings.BASE_DIR / "helpdesk/settings.py").read_text()))
    told = set(re.findall(r"`([A-Z_]{4,})`", README.split("## Configuration")[1].split("##")[0]))

    assert read <= told
    assert told - read == {"HELPDESK_PG_BIN"}


def test_its_pages_exist():
    for path in re.findall(r"\]\(([^)]+)\)", README):
        assert (settings.BASE_DIR / path).exists()
