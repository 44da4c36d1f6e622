"""Calls that happen later, on a few threads."""

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

log = logging.getLogger(__name__)


class Timers:
    """One thread watches the clock, a pool does the work."""

    def __init__(self, workers: int = 16) -> None:
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="simulator")
        self._waiting: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._changed = threading.Condition()
        self._unfinished = 0
        self._stopped = False
        self._thread = threading.Thread(target=self._watch, name="simulator-timers", daemon=True)
        self._thread.start()

    def after(self, seconds: float, call: Callable[[], None]) -> None:
        """Run `call` on a thread of the pool, `seconds` from now; nothing happens once stopped."""
        with self._changed:
            if self._stopped:
                return
            self._unfinished += 1
            heapq.heappush(self._waiting, (time.monotonic() + seconds, next(self._order), call))
            self._changed.notify_all()

    def settle(self, timeout: float) -> bool:
        """Wait until nothing is waiting or running; False when `timeout` seconds were not enough."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._unfinished, timeout)

    def stop(self) -> None:
        """Forget what waits, and wait for what runs."""
        with self._changed:
            self._stopped = True
            self._waiting.clear()
            self._changed.notify_all()
        self._thread.join()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _watch(self) -> None:
        while True:
            with self._changed:
                while not self._stopped and not self._is_due():
                    self._changed.wait(self._pause())
                if self._stopped:
                    return
                _, _, call = heapq.heappop(self._waiting)
                self._pool.submit(self._run, call)

    def _is_due(self) -> bool:
        return bool(self._waiting) and self._waiting[0][0] <= time.monotonic()

    def _pause(self) -> float | None:
        return max(0.0, self._waiting[0][0] - time.monotonic()) if self._waiting else None

    def _run(self, call: Callable[[], None]) -> None:
        try:
            call()
        except Exception:
            log.exception("a delayed call of the simulator failed")
        finally:
            with self._changed:
                self._unfinished -= 1
                self._changed.notify_all()
