"""The parts of one running stand-in, put together."""

from collections.abc import Sequence
from pathlib import Path

from .faults import FaultScript
from .ledger import Ledger
from .media import MediaShelf
from .outbox import Outbox
from .sending import Sending
from .snapshot import Snapshot
from .statuses import Statuses, Timing
from .timers import Timers
from .world import Directory, World


class Core:
    """Everything but the HTTP server; `url` is known once that listens."""

    def __init__(
        self,
        ledger_path: Path,
        *,
        state: Path | None,
        timing: Timing,
        retries: Sequence[float] | None,
        seed: int | None,
        directory: Directory | None,
    ) -> None:
        self.url = ""
        self.world = World(directory)
        self.ledger = Ledger(ledger_path)
        self.media = MediaShelf(state / "media" if state else None)
        self.faults = FaultScript(seed)
        self.timers = Timers()
        self.outbox = Outbox(self.ledger, self.timers, self.faults, retries)
        self.statuses = Statuses(self.world, self.outbox, self.timers, self.faults, timing)
        self.sending = Sending(self.world, self.ledger, self.media, self.statuses)
        self.snapshot = Snapshot(self.world, state) if state else None

    def resume(self) -> None:
        """Go on where an earlier run with the same state and ledger was cut off."""
        if self.snapshot:
            self.snapshot.load()
            self.outbox.resume(self.world.account)
            self.statuses.resume()
            self.snapshot.start()

    def close(self) -> None:
        """Stop the threads and close the files."""
        self.timers.stop()
        self.outbox.close()
        if self.snapshot:
            self.snapshot.stop()
        self.media.close()
        self.ledger.close()
