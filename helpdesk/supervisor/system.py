"""What the operating system is asked for: ports, open files and signals."""

import resource
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

END_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def is_free(port: int) -> bool:
    """Say whether a program could listen on the port."""
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_port() -> int:
    """Return a port that no program listens on at the moment."""
    with socket.socket() as attempt:
        attempt.bind(("127.0.0.1", 0))
        port: int = attempt.getsockname()[1]
        return port


def allow_open_files(wanted: int) -> None:
    """Let this process and those it starts open so many files, or as many as the system allows."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, most))


@contextmanager
def interrupted_by_signals() -> Iterator[None]:
    """Treat a request to end, or a closed terminal, like Ctrl-C, and end quietly."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for number in END_SIGNALS:
        wants_to_outlive_terminal = number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN  # nohup
        if not wants_to_outlive_terminal:
            signal.signal(number, interrupt)
    with suppress(KeyboardInterrupt):
        yield
