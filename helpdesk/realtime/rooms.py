"""Which streams are open in this process, by workspace."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from helpdesk.realtime.client import Client


class Rooms:
    """The open streams; none of its methods waits, so that a change is seen whole or not at all."""

    def __init__(self) -> None:
        self._rooms: defaultdict[int, set[Client]] = defaultdict(set)
        self._streams: Counter[int] = Counter()

    def add(self, client: Client) -> None:
        self._rooms[client.visitor.workspace].add(client)
        self._streams[client.visitor.user] += 1

    def remove(self, client: Client) -> None:
        room = self._rooms[client.visitor.workspace]
        room.remove(client)
        if not room:
            del self._rooms[client.visitor.workspace]
        self._streams[client.visitor.user] -= 1
        if not self._streams[client.visitor.user]:
            del self._streams[client.visitor.user]

    def streams_of(self, user: int) -> int:
        return self._streams[user]

    def everyone(self) -> list[Client]:
        return [client for room in self._rooms.values() for client in room]

    def has_any(self, workspaces: Iterable[int]) -> bool:
        return not self._rooms.keys().isdisjoint(workspaces)

    def tell(self, workspace: int, frame: bytes) -> None:
        for client in tuple(self._rooms.get(workspace, ())):
            client.push(frame)

    def tell_everyone(self, frame: bytes) -> None:
        for client in self.everyone():
            client.push(frame)
