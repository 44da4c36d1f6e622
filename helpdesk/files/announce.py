"""Telling whoever uses a file that its looks changed: an app that shows files registers a listener when it starts."""

from collections.abc import Callable

from helpdesk.files.models import StoredFile

Listener = Callable[[StoredFile], None]

_listeners: list[Listener] = []


def register(listener: Listener) -> Listener:
    """Call `listener` when a file has got its small copies, inside that transaction."""
    _listeners.append(listener)
    return listener


def announce(file: StoredFile) -> None:
    for listener in _listeners:
        listener(file)
