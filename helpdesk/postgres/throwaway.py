"""Runs a command with a PostgreSQL of its own: `python -m helpdesk.postgres.throwaway COMMAND …`.

The server and everything else that the command stores in HELPDESK_DATA is gone afterwards, and so is what servers of
its own had to store in the public folder.
"""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from tempfile import mkdtemp
from types import FrameType

from helpdesk.postgres.binaries import PUBLIC_FOLDER
from helpdesk.postgres.errors import PostgresError
from helpdesk.postgres.server import Server

CHECKOUT = Path(__file__).resolve().parent.parent.parent
PREFIX = "throwaway-"


def main(command: list[str]) -> int:
    """Run the command and return its exit status."""
    base = Path(os.environ.get("HELPDESK_DATA", CHECKOUT / "var")).absolute()
    base.mkdir(parents=True, exist_ok=True, mode=0o711)
    remove_abandoned(base)
    folder = Path(mkdtemp(prefix=PREFIX, dir=base))
    folder.chmod(0o711)
    server = Server(folder / "postgres", durable=False)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        server.start()
        return subprocess.run(command, env=_environment(server, folder), check=False).returncode
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        server.discard()
        _remove(folder)


def remove_abandoned(base: Path) -> None:
    """Remove what earlier runs left because they were killed; running ones keep theirs."""
    for folder in base.glob(f"{PREFIX}*/postgres"):
        Server(folder).discard()
        if not folder.exists():
            _remove(folder.parent)


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(PUBLIC_FOLDER / folder.name, ignore_errors=True)


def _environment(server: Server, folder: Path) -> dict[str, str]:
    without_ours = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    ours = {"HELPDESK_DATA": str(folder), "HELPDESK_PG_PUBLIC": str(PUBLIC_FOLDER / folder.name)}
    return {**without_ours, **server.environment, **ours}


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except PostgresError as error:
        sys.exit(str(error))
