"""The stream under a crowd: its cost, and that a killed process loses nothing and repeats nothing."""

import asyncio
import resource
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.utils.timezone import now

from helpdesk.accounts.models import Member, User, Workspace
from helpdesk.accounts.tenancy import workspace_scope
from helpdesk.realtime.tests.committed import committed
from helpdesk.realtime.tests.conftest import sign_in
from tests.conftest import EMAIL, PASSWORD
from tests.reliability.agent import Agent
from tests.reliability.listeners import Listener, listening, until
from tests.reliability.press import Press
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


@pytest.fixture
def press(workspace: Workspace) -> Iterator[Press]:
    press = Press(workspace.pk)
    yield press
    press.is_done.set()


def crowd(workspace: Workspace, people: int, port: int, each: int = 1) -> list[Listener]:
    """Return listeners, `each` of them for every one of `people` members."""
    users = User.objects.bulk_create(
        User(email=f"{number}@{workspace.slug}.example", password="!x") for number in range(people)
    )
    with workspace_scope(workspace):
        members = Member.objects.bulk_create(Member(workspace=workspace, user=user) for user in users)
    sessions = [sign_in(member) for member in members]
    return [Listener(session, workspace.slug, port) for session in sessions for _ in range(each)]


async def outlive(server: Server, listeners: list[Listener], press: Press) -> float:
    """Kill the server under way, start it again, and return how long it took until everybody was back."""
    press.start()
    await asyncio.sleep(2)
    await asyncio.to_thread(server.kill)
    await asyncio.sleep(1.5)
    await asyncio.to_thread(server.start)
    started = time.monotonic()
    assert await until(lambda: all(each.connections == 2 for each in listeners), 20)
    everybody_back = time.monotonic() - started
    await asyncio.sleep(1)
    press.is_done.set()
    await asyncio.to_thread(press.join)
    await until(lambda: all(len(each.seen) >= len(press.published) for each in listeners), 5)
    await asyncio.sleep(0.5)
    return everybody_back


def missed(listeners: list[Listener], press: Press) -> int:
    return sum(len(set(press.published) - set(each.seen)) for each in listeners)


def repeated(listeners: list[Listener]) -> int:
    return sum(len(each.seen) - len(set(each.seen)) for each in listeners)


def test_a_thousand_listeners_survive_the_death_of_the_server(server, workspace, other_workspace, press):
    listeners = crowd(workspace, PEOPLE, server.port, STREAMS_EACH)
    strangers = crowd(other_workspace, 5, server.port)

    async def scenario() -> tuple[float, float, float]:
        async with listening(strangers):
            before, started = server.memory(), time.monotonic()
            async with listening(listeners):
                connected = time.monotonic() - started
                each = (server.memory() - before) / 1024 / len(listeners)
                return connected, each, await outlive(server, listeners, press)

    connected, kilobytes, back = asyncio.run(scenario())

    sys.stderr.write(
        f"\n{len(listeners)} listeners, {len(press.published)} events: {missed(listeners, press)} missed,"
        f" {repeated(listeners)} repeated; connected in {connected:.1f} s, {kilobytes:.1f} KB each,"
        f" back in {back:.1f} s\n"
    )
    assert (missed(listeners, press), repeated(listeners)) == (0, 0)
    assert [each.frames for each in listeners] == [[]] * len(listeners)
    assert [each.seen for each in strangers] == [[]] * len(strangers)
    assert kilobytes < KILOBYTES_EACH


def test_control_without_their_place_they_would_miss_some(server, workspace, press):
    listeners = crowd(workspace, 2, server.port, 5)
    for each in listeners:
        each.is_forgetful = True

    async def scenario() -> None:
        async with listening(listeners):
            await outlive(server, listeners, press)

    asyncio.run(scenario())

    assert missed(listeners, press) > 0


def test_whoever_is_removed_is_sent_away_within_five_seconds(server, workspace):
    listeners = crowd(workspace, 20, server.port, 10)
    gone, staying = listeners[:100], listeners[100:]

    def remove() -> None:
        with workspace_scope(workspace):
            Member.objects.filter(user__email__in=[f"{number}@eagle.example" for number in range(10)]).update(
                removed_at=now()
            )

    async def scenario() -> float:
        async with listening(listeners):
            await asyncio.sleep(1)
            removed = asyncio.get_running_loop().time()
            await asyncio.to_thread(remove)
            assert await until(lambda: all(each.frames for each in gone), 5)
            return max(each.closed_at for each in gone) - removed

    took = asyncio.run(scenario())

    assert took < 5
    assert [each.frames for each in gone] == [["closed"]] * 100
    assert [each.frames for each in staying] == [[]] * 100


def test_a_server_that_is_told_to_stop_does_not_wait_for_streams(server, workspace):
    listeners = crowd(workspace, 5, server.port, 10)

    async def scenario() -> float:
        async with listening(listeners):
            took = await asyncio.to_thread(server.stop)
            await asyncio.to_thread(server.start)
            assert await until(lambda: all(each.connections == 2 for each in listeners), 20)
            return took

    assert asyncio.run(scenario()) < 3
    assert [each.frames for each in listeners] == [[]] * 50


def test_a_database_that_crashes_loses_no_event(start):
    product, _ = start()
    agent = Agent(product.url, EMAIL, PASSWORD)
    listener = Listener(agent.client.cookies[settings.SESSION_COOKIE_NAME], "eagle", product.port)
    add = "INSERT INTO realtime_event (workspace_id, kind, subject_id) SELECT id, 'message', {} FROM accounts_workspace"

    async def scenario() -> bool:
        async with listening([listener]):
            await asyncio.to_thread(product.execute, add.format(1))
            assert await until(lambda: listener.seen == [1], 5)
            await asyncio.to_thread(product.kill_postgres)
            await asyncio.to_thread(product.execute, add.format(2))
            return await until(lambda: listener.seen == [1, 2], 15)

    assert asyncio.run(scenario())
    assert listener.frames == []
