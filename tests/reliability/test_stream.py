"""The stream under a crowd: its cost, and that a killed process loses nothing and repeats nothing."""

import asyncio
import random
import resource
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils.timezone import now

from helpdesk.accounts.models import Member, User, Workspace
from helpdesk.accounts.tenancy import workspace_scope
from helpdesk.realtime.notifier import notifier
from helpdesk.realtime.tests.committed import Writer, committed
from helpdesk.realtime.tests.conftest import sign_in
from tests.reliability.listeners import Listener
from tests.reliability.server import Server

pytestmark = pytest.mark.fault

PEOPLE, STREAMS_EACH = 100, 10
KILOBYTES_EACH = 37


@pytest.fixture
def db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Stands for pytest-django's: the server must see what a test writes."""
    with committed(django_db_blocker):
        yield


@pytest.fixture
def server(db: None) -> Iterator[Server]:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 8192), most))
    server = Server("helpdesk.asgi:stream_application")
    server.start()
    yield server
    server.clean_up()


class Press(threading.Thread):
    """Publishes numbered events in many transactions; every fifth commits up to two seconds late, some never call."""

    def __init__(self, workspace: int):
        super().__init__()
        self.published: list[int] = []
        self.is_done = threading.Event()
        self._workspace = workspace
        self._late: list[tuple[float, Writer]] = []
        self._chance = random.Random(7)

    def run(self) -> None:
        swift = Writer(self._workspace)
        while not self.is_done.is_set():
            for subject in range(len(self.published) + 1, len(self.published) + 4):
                writer = Writer(self._workspace) if subject % 5 == 0 else swift
                writer.publish("message", subject)
                self.published.append(subject)
                if writer is swift:
                    self._commit(writer)
                else:
                    self._late.append((time.monotonic() + self._chance.uniform(0.1, 2), writer))
            self._commit_late(before=time.monotonic())
            time.sleep(0.05)
        self._commit_late(before=float("inf"))
        swift.close()

    def _commit_late(self, before: float) -> None:
        for due, writer in [each for each in self._late if each[0] <= before]:
            self._commit(writer)
            writer.close()
            self._late.remove((due, writer))

    def _commit(self, writer: Writer) -> None:
        writer.commit()
        if self._chance.random() < 0.9:
            notifier.wake(self._workspace)


def crowd(workspace: Workspace, people: int, port: int) -> list[Listener]:
    users = User.objects.bulk_create(
        User(email=f"{number}@{workspace.slug}.example", password="!x") for number in range(people)
    )
    with workspace_scope(workspace):
        members = Member.objects.bulk_create(Member(workspace=workspace, user=user) for user in users)
    return [Listener(sign_in(member), workspace.slug, port) for member in members]


async def until(condition: Any, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        await asyncio.sleep(0.05)
    return bool(condition())


def test_a_thousand_listeners_survive_the_death_of_the_server(server, workspace, other_workspace, capsys):
    sessions = crowd(workspace, PEOPLE, server.port)
    listeners = [Listener(each.session, each.workspace, each.port) for each in sessions for _ in range(STREAMS_EACH)]
    strangers = crowd(other_workspace, 5, server.port)
    press = Press(workspace.pk)

    async def scenario() -> dict[str, float]:
        figures: dict[str, float] = {}
        first = asyncio.create_task(strangers[0].listen())
        assert await until(lambda: strangers[0].last_id, 5)
        before = server.memory()
        started = time.monotonic()
        tasks = [asyncio.create_task(each.listen()) for each in (*listeners, *strangers[1:])]
        assert await until(lambda: all(each.last_id for each in listeners), 20)
        figures["connected after s"] = time.monotonic() - started
        figures["KB each"] = (server.memory() - before) / 1024 / len(listeners)

        press.start()
        await asyncio.sleep(2)
        await asyncio.to_thread(server.kill)
        await asyncio.sleep(1.5)
        await asyncio.to_thread(server.start)
        back = time.monotonic()
        assert await until(lambda: all(each.connections == 2 for each in listeners), 20)
        figures["all back after s"] = time.monotonic() - back
        await asyncio.sleep(1)
        press.is_done.set()
        await asyncio.to_thread(press.join)
        await until(lambda: all(len(each.seen) >= len(press.published) for each in listeners), 10)
        await asyncio.sleep(0.5)
        figures["KB each at the end"] = (server.memory() - before) / 1024 / len(listeners)
        for task in (first, *tasks):
            task.cancel()
        return figures

    try:
        figures = asyncio.run(scenario())
    finally:
        press.is_done.set()

    expected = press.published
    missed = sum(len(set(expected) - set(each.seen)) for each in listeners)
    repeated = sum(len(each.seen) - len(set(each.seen)) for each in listeners)
    with capsys.disabled():
        told = ", ".join(f"{name} {value:.1f}" for name, value in figures.items())
        print(f"\n{len(listeners)} listeners, {len(expected)} events: {missed} missed, {repeated} repeated; {told}")
    assert (missed, repeated) == (0, 0)
    assert {frame for each in listeners for frame in each.frames} == set()
    assert [each.seen for each in strangers] == [[]] * 5
    assert figures["KB each"] < KILOBYTES_EACH
