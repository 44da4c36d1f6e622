"""`bin/manage`: runs a management command with the data and the environment of `bin/dev`, whether that runs or not."""

import argparse
import os
import signal
import subprocess
import sys
from pathlib import Path

from helpdesk.postgres.errors import PostgresError
from helpdesk.postgres.server import Server
from helpdesk.supervisor.children import python
from helpdesk.supervisor.folder import CHECKOUT, DEFAULT_PORT, DataFolder


def main(arguments: list[str]) -> int:
    """Run the command and return its exit status; PostgreSQL runs for as long as somebody needs it."""
    parser = argparse.ArgumentParser(prog="bin/manage", description="Run a management command.")
    parser.add_argument("--data", type=Path, metavar="DIR", help="the data folder of bin/dev (default: var)")
    parser.add_argument("command", nargs=argparse.REMAINDER, help="the command and its arguments")
    chosen = parser.parse_args(arguments)
    folder = DataFolder(chosen.data)
    if os.environ.get("DATABASE_URL"):
        return _run(folder, chosen.command, database={})
    server = Server(folder.postgres)
    server.start()
    try:
        return _run(folder, chosen.command, database=server.environment)
    finally:
        server.stop()


def _run(folder: DataFolder, command: list[str], *, database: dict[str, str]) -> int:
    port = folder.record().get("port", DEFAULT_PORT)
    environment = folder.environment(port=port, database=database)
    process = subprocess.Popen(python(str(CHECKOUT / "manage.py"), *command), env=environment)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the command by itself
    signal.signal(signal.SIGTERM, lambda number, frame: process.terminate())
    return process.wait()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except PostgresError as error:
        sys.exit(str(error))
