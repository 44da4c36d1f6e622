"""`run_simulator`: where it keeps its things, and that it does not run where it must not."""

from argparse import Namespace
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from messaging.management.commands import run_simulator
from messaging.simulator.directory import DatabaseDirectory


def test_switched_off_it_does_not_run(settings):
    settings.SIMULATOR = False

    with pytest.raises(CommandError, match="switched off"):
        call_command("run_simulator")


def test_its_files_lie_in_the_data_folder_and_it_knows_the_database(settings, monkeypatch, tmp_path: Path):
    settings.SIMULATOR, settings.DATA_DIR = True, tmp_path
    started: list[tuple[Namespace, object]] = []

    def run(options: Namespace, directory: object) -> int:
        started.append((options, directory))
        return 0

    monkeypatch.setattr(run_simulator, "run", run)
    with pytest.raises(SystemExit) as ended:
        call_command("run_simulator", "--port", "8123")

    options, directory = started[0]
    assert ended.value.code == 0
    assert (options.port, options.state) == (8123, tmp_path / "simulator")
    assert options.ledger == tmp_path / "simulator" / "ledger.jsonl"
    assert isinstance(directory, DatabaseDirectory)
