"""One port for development: Django's pages beside the stream, and large bodies that never fill the memory."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from django.conf import settings

from helpdesk.accounts.models import Workspace
from helpdesk.accounts.tenancy import workspace_scope
from helpdesk.realtime.publish import publish
from helpdesk.realtime.tests.committed import committed
from helpdesk.realtime.tests.conftest import sign_in
from tests.reliability.listeners import KIND, Listener, listening, until
from tests.reliability.server import Server

pytestmark = pytest.mark.fault

MEGABYTE = 1024 * 1024
CSRF = "c" * 32
HEAD = f"""--X\r
Content-Disposition: form-data; name="csrfmiddlewaretoken"\r
\r
{CSRF}\r
--X\r
Content-Disposition: form-data; name="file"; filename="a.bin"\r
\r
""".encode()
TAIL = b"\r\n--X--\r\n"


@pytest.fixture
def db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Stands for pytest-django's: the server must see what a test writes."""
    with committed(django_db_blocker):
        yield


@pytest.fixture
def server(db: None) -> Iterator[Server]:
    server = Server("helpdesk.asgi:application")
    server.start()
    yield server
    server.clean_up()


def upload(port: int, megabytes: int) -> int:
    """Post a file to a page that reads its whole form, and return the status."""
    headers = {
        "Content-Type": "multipart/form-data; boundary=X",
        "Content-Length": str(len(HEAD) + megabytes * MEGABYTE + len(TAIL)),
        "Cookie": f"{settings.CSRF_COOKIE_NAME}={CSRF}",
    }
    parts = [HEAD, *[b"x" * MEGABYTE] * megabytes, TAIL]
    return httpx.post(f"http://127.0.0.1:{port}/accounts/login/", content=iter(parts), headers=headers).status_code


def announce(workspace: Workspace) -> None:
    with workspace_scope(workspace):
        publish(workspace.pk, KIND, 5)


def test_a_large_upload_passes_through_without_being_held(server):
    assert upload(server.port, 1) == 200
    before = server.memory("VmHWM")

    assert upload(server.port, 100) == 200
    assert server.memory("VmHWM") - before < 30 * MEGABYTE


def test_pages_and_streams_share_the_port(server, workspace, agent):
    listener = Listener(sign_in(agent), workspace.slug, server.port)

    async def scenario() -> tuple[int, float]:
        async with listening([listener]):
            page = await asyncio.to_thread(httpx.get, f"http://127.0.0.1:{server.port}/accounts/login/")
            await asyncio.to_thread(announce, workspace)
            assert await until(lambda: listener.seen == [5], 5)
            return page.status_code, await asyncio.to_thread(server.stop)

    status, took = asyncio.run(scenario())

    assert status == 200
    assert took < 5


@pytest.mark.parametrize("application", ["application", "stream_application"])
def test_a_role_that_may_see_everything_does_not_serve(db, application):
    server = Server(f"helpdesk.asgi:{application}", address="DATABASE_OWNER_URL")

    said = server.run_to_its_end()

    assert "DATABASE_URL must use the application role" in said
