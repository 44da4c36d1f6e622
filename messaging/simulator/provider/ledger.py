"""An append-only, fsynced record of all that passed through the stand-in."""

import json
import os
import threading
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

Line = dict[str, Any]


class Ledger:
    """JSON lines on disk; `append` returns only when the line survives a power cut."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._file = path.open("ab+")
        self._writing, self._syncing = threading.Lock(), threading.Lock()
        self._drop_torn_line()
        self._written = self._synced = sum(1 for _ in path.open("rb"))

    def append(self, kind: str, **fields: object) -> Line:
        """Write one line and wait for the disk; callers that arrive together share one fsync."""
        with self._writing:
            line = {"seq": self._written + 1, "at": time.time(), "kind": kind, **fields}
            self._file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
            self._file.flush()
            self._written += 1
            mine = self._written
        with self._syncing:
            if self._synced < mine:
                reached = self._written
                os.fsync(self._file.fileno())
                self._synced = reached
        return line

    def lines(self, since: int = 0) -> list[Line]:
        """All lines with a sequence number above `since`, as they are on disk."""
        return [line for line in read_ledger(self.path) if line["seq"] > since]

    def close(self) -> None:
        """Close the file; nothing is lost by not calling it."""
        self._file.close()

    def _drop_torn_line(self) -> None:
        # A process that died while writing left half a line; nobody was told of it.
        content = self.path.read_bytes()
        if content and not content.endswith(b"\n"):
            self._file.truncate(content.rfind(b"\n") + 1)


def read_ledger(path: Path) -> list[Line]:
    """The whole lines of a ledger file, of a running stand-in too."""
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    return [json.loads(raw) for raw in whole.splitlines()]


def sends_by_callback(lines: Iterable[Line]) -> Counter[str]:
    """How often each `biz_opaque_callback_data` was accepted; above 1 it got through twice."""
    return Counter(line["callback"] for line in lines if line["kind"] == "send" and line["callback"])
