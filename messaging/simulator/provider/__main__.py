"""Runs the stand-in by itself."""

import argparse
import signal
import sys
import threading
from pathlib import Path

from .provider import Provider
from .statuses import Timing
from .world import Directory

# As a phone in good reception, with a person who looks at it: what the page shows can be followed by eye.
LIFELIKE = Timing(sent=0.2, delivered=0.9, read=4.0, auto_read=True)


def add_arguments(parser: argparse.ArgumentParser, *, ledger: Path | None = None, state: Path | None = None) -> None:
    """The options of this program, and of the management command around it; without a default the ledger is asked."""
    parser.add_argument("--port", type=int, default=8900, help="port on 127.0.0.1")
    parser.add_argument(
        "--ledger", type=Path, default=ledger, required=ledger is None, help="file that all traffic is appended to"
    )
    parser.add_argument("--state", type=Path, default=state, help="folder that keeps chats and files over restarts")
    parser.add_argument("--seed", type=int, help="makes faults with a probability repeatable")
    parser.add_argument("--instant", action="store_true", help="statuses at once and no reading by itself, for tests")


def run(options: argparse.Namespace, directory: Directory | None = None) -> int:
    """Serve until SIGTERM or Ctrl-C; 1 when the port is taken."""
    finished = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: finished.set())
    timing = Timing() if options.instant else LIFELIKE
    try:
        provider = Provider(
            options.ledger,
            port=options.port,
            state=options.state,
            timing=timing,
            seed=options.seed,
            directory=directory,
        )
    except OSError as error:
        sys.stderr.write(f"The simulator cannot listen on port {options.port}: {error.strerror}.\n")
        return 1
    with provider:
        sys.stdout.write(f"Simulator at {provider.url}\n")
        sys.stdout.flush()
        finished.wait()
    return 0


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(prog="messaging.simulator.provider", description=__doc__)
    add_arguments(arguments)
    sys.exit(run(arguments.parse_args()))
