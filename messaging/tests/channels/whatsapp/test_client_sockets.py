"""The doubtful cases on real sockets: what the client concludes, and that it never asks twice."""

import contextlib
import socket
import struct
import threading
from typing import Any

import httpx
import pytest

from messaging.channels.whatsapp import client as client_module
from messaging.channels.whatsapp import wire
from messaging.channels.whatsapp.client import CloudClient
from messaging.channels.whatsapp.errors import Action, NotRead, NotSent, Unknown
from messaging.channels.whatsapp.payloads import Envelope, text

PAYLOAD = text(Envelope(phone="+6281234500001", callback_id="5f0c"), "Baik")
ANSWER = b'{"messages":[{"id":"wamid.OUT1"}]}'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"


class Server:
    """One socket on this machine; ``behave`` gets each connection after its request was read whole."""

    def __init__(self, behave):
        self.behave, self.requests, self.left = behave, [], []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.finished = threading.Event()
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _address = self.listener.accept()
                with connection, contextlib.suppress(OSError):
                    self.requests.append(read_request(connection))
                    self.behave(self, connection)

    def close(self):
        self.finished.set()
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(5)


def read_request(connection):
    received = b""
    while b"\r\n\r\n" not in received:
        received += receive(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    lengths = [line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    while lengths and len(body) < int(lengths[0].partition(b":")[2]):
        body += receive(connection)
    return body


def receive(connection):
    received = connection.recv(65_536)
    if not received:
        raise ConnectionResetError
    return received


def reset(server, connection):
    """Close with RST instead of FIN."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def hang(server, connection):
    server.finished.wait(5)


def close(server, connection):
    pass


def half_a_body(server, connection):
    connection.sendall(HEAD % len(ANSWER) + ANSWER[:10])


def half_a_head(server, connection):
    connection.sendall(b"HTTP/1.1 200 O")


def no_http(server, connection):
    connection.sendall(b"220 mail.example.test ESMTP\r\n")


def drip(server, connection):
    connection.sendall(HEAD % 100_000)
    while not server.finished.wait(0.02):
        connection.sendall(b" ")


def accept(server, connection):
    connection.sendall(HEAD % len(ANSWER) + ANSWER)


def accept_and_stay(server, connection):
    accept(server, connection)
    connection.settimeout(5)
    server.left.append(connection.recv(1) == b"")


@pytest.fixture
def served(monkeypatch):
    """A client of a server that behaves as told; waits are short."""
    monkeypatch.setattr(wire, "TIMEOUT", httpx.Timeout(1.0))
    monkeypatch.setattr(wire, "MAX_SECONDS", 0.5)
    opened: list[Any] = []

    def build(behave):
        server = Server(behave)
        client = CloudClient(base_url=server.url, version="v24.0", token="t0ken", phone_number_id="771")
        opened.extend([client, server])
        return client, server

    yield build
    for thing in opened:
        thing.close()


def test_an_accepted_send(served):
    client, server = served(accept)

    assert client.send(PAYLOAD).external_id == "wamid.OUT1"
    assert len(server.requests) == 1


@pytest.mark.parametrize("behave", [reset, hang, close, half_a_body, half_a_head, no_http, drip])
def test_a_send_that_arrived_and_got_no_answer_is_in_doubt_and_not_repeated(served, behave):
    client, server = served(behave)

    with pytest.raises(Unknown) as doubtful:
        client.send(PAYLOAD)

    assert doubtful.value.action == Action.UNCONFIRMED
    assert len(server.requests) == 1
    assert b"Baik" in server.requests[0]


@pytest.mark.parametrize("behave", [reset, hang, close, half_a_body, half_a_head])
def test_a_file_that_breaks_off_is_asked_for_again(served, behave):
    client, server = served(behave)

    with pytest.raises(NotRead) as unread:
        list(client.download(f"{server.url}/file", max_bytes=100))

    assert unread.value.action == Action.RETRY


def test_a_file_that_drips_in_is_given_back_to_the_queue(served, monkeypatch):
    monkeypatch.setattr(client_module, "_MAX_DOWNLOAD_SECONDS", 0.2)
    client, server = served(drip)

    with pytest.raises(NotRead) as unread:
        list(client.download(f"{server.url}/file", max_bytes=100_000))

    assert unread.value.action == Action.RETRY


def test_a_server_that_is_not_there():
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    client = CloudClient(base_url=f"http://127.0.0.1:{port}", version="v24.0", token="t", phone_number_id="771")

    with client, pytest.raises(NotSent) as refused:
        client.send(PAYLOAD)

    assert refused.value.action == Action.RETRY


def test_a_server_that_does_not_speak_tls(served):
    _client, server = served(no_http)
    client = CloudClient(
        base_url=server.url.replace("http:", "https:"), version="v24.0", token="t", phone_number_id="771"
    )

    with client, pytest.raises(NotSent) as refused:
        client.send(PAYLOAD)

    assert refused.value.action == Action.RETRY


def test_a_name_that_nobody_has():
    client = CloudClient(base_url="http://desk.invalid", version="v24.0", token="t", phone_number_id="771")

    with client, pytest.raises(NotSent) as refused:
        client.send(PAYLOAD)

    assert refused.value.action == Action.RETRY


def test_every_send_has_a_connection_of_its_own(served):
    """One that the server is just leaving would put a sound send in doubt."""
    client, server = served(accept_and_stay)

    for _turn in range(3):
        assert client.send(PAYLOAD).external_id == "wamid.OUT1"

    assert len(server.requests) == 3
    assert server.left[:2] == [True, True]
