"""Work that goes on as long as the process, whatever happens to the database."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import psycopg

FIRST_WAIT, LONGEST_WAIT = 0.25, 4.0

log = logging.getLogger(__name__)


async def keep_running(work: Callable[[], Awaitable[None]]) -> None:
    """Start `work` again whenever it fails, waiting longer each time that it fails at once."""
    wait = FIRST_WAIT
    while True:
        started = asyncio.get_running_loop().time()
        try:
            await work()
        except psycopg.Error as error:
            log.warning("%s waits for the database: %s", work.__qualname__, error)
        except Exception:
            # A bug must not end live updates for everybody until the next start.
            log.exception("%s failed", work.__qualname__)
        lasted = asyncio.get_running_loop().time() - started
        wait = FIRST_WAIT if lasted > 2 * LONGEST_WAIT else min(2 * wait, LONGEST_WAIT)
        await asyncio.sleep(wait)
