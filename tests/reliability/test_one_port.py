"""One port for development: Django's pages beside the stream, and large bodies that never fill the memory."""

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
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
    """Post a file to a page that reads its whole form before it sends a stranger away, and return the status."""
    headers = {
        "Content-Type": "multipart/form-data; boundary=X",
        "Content-Length": str(len(HEAD) + megabytes * MEGABYTE + len(TAIL)),
        "Cookie": f"{settings.CSRF_COOKIE_NAME}={CSRF}",
    }
    parts = [HEAD, *[b"x" * MEGABYTE] * megabytes, TAIL]
    address = f"http://127.0.0.1:{port}/w/eagle/inbox/1/messages/"
    return httpx.post(address, content=iter(parts), headers=headers).status_code


def announce(workspace: Workspace) -> None:
    with workspace_scope(workspace):
        publish(workspace.pk, KIND, 5)


def test_a_large_upload_passes_through_without_being_held(server):
    assert upload(server.port, 1) == 302
    before = server.memory("VmHWM")

    assert upload(server.port, 100) == 302
    assert server.memory("VmHWM") - before < 30 * MEGABYTE


def test_a_body_larger_than_any_file_is_refused_unread(server):
    before = server.memory("VmHWM")

    assert upload(server.port, 106) == 413
    assert server.memory("VmHWM") - before < 30 * MEGABYTE


@pytest.mark.parametrize("pieces", [[HEAD, b"x", TAIL], [b"x" * MEGABYTE] * 6])
def test_a_body_in_chunks_is_read_as_one_with_a_length(server, pieces):
    headers = {
        "Content-Type": "multipart/form-data; boundary=X",
        "Cookie": f"{settings.CSRF_COOKIE_NAME}={CSRF}",
        "HX-Request": "true",
    }

    answer = httpx.post(f"http://127.0.0.1:{server.port}/accounts/login/", content=iter(pieces), headers=headers)

    assert answer.status_code == (200 if len(pieces) == 3 else 413)


def test_slow_senders_keep_no_page_from_others(server):
    head = f"POST /webhooks/whatsapp/x/ HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nContent-Length: 1000\r\n\r\n{{"
    with ExitStack() as slow:
        for _sender in range(30):
            connection = slow.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            connection.sendall(head.encode())
        time.sleep(0.5)

        answers = [httpx.get(f"http://127.0.0.1:{server.port}/accounts/login/", timeout=3) for _ in range(3)]

    assert {answer.status_code for answer in answers} == {200}


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
