"""The database connections of a stream process: one that listens and a few that ask.

They see every workspace, as the system scope named `stream`: the hub reads for all of them at once.
"""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from helpdesk.realtime.address import direct_address
from helpdesk.realtime.notifier import CHANNEL

CONNECTIONS = 3


class StreamDatabase:
    """Asks PostgreSQL on the event loop, beside Django's own connections."""

    def __init__(self) -> None:
        self._pool = AsyncConnectionPool(
            direct_address("stream", **{"app.system": "stream", "statement_timeout": "5s"}),
            kwargs={"autocommit": True},
            min_size=1,
            max_size=CONNECTIONS,
            check=AsyncConnectionPool.check_connection,
            timeout=5,
            reconnect_timeout=2,
            open=False,
        )

    async def open(self) -> None:
        """Start connecting; a database that is down does not stop the start."""
        await self._pool.open(wait=False)

    async def close(self) -> None:
        await self._pool.close()

    async def fetch(self, query: str, parameters: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Return the rows of one statement. Raises `psycopg.Error`, of which `PoolTimeout` is one."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(query.encode(), parameters)
            return await cursor.fetchall()

    async def calls(self) -> AsyncIterator[frozenset[int]]:
        """Yield the workspace ids of each wake-up call. Raises `psycopg.Error` when the connection breaks."""
        connection = await AsyncConnection.connect(direct_address("listener"), autocommit=True)
        async with connection:
            await connection.execute(f"LISTEN {CHANNEL}".encode())
            async for call in connection.notifies():
                yield frozenset(int(each) for each in call.payload.split(",") if each.isdigit())
