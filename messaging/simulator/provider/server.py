"""A small HTTP server that can also misbehave: hang, reset, or stop in the middle of an answer."""

import logging
import select
import socket
import struct
import threading
from collections.abc import Callable
from http.client import responses
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from .web import Request, Response

log = logging.getLogger(__name__)
BODY_LIMIT = 110 * 1024 * 1024


class Server(ThreadingHTTPServer):
    """Listens on this machine alone; one thread per connection."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, port: int, respond: Callable[[Request], Response]) -> None:
        self.respond = respond
        self.stopping = threading.Event()
        self._connections: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), _Connection)

    def server_bind(self) -> None:
        # The base class looks the host name up, which may take seconds.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()

    def get_request(self) -> tuple[socket.socket, Any]:
        """Accept, and remember the connection for the end."""
        connection, address = super().get_request()
        self._connections.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        """Forget a finished connection."""
        self._connections.discard(request)
        super().shutdown_request(request)

    def stop(self) -> None:
        """Stop listening and cut the connections that are still open."""
        self.stopping.set()
        self.shutdown()
        self.server_close()
        for connection in list(self._connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news."""


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        length = int(self.headers.get("Content-Length") or 0)
        if length > BODY_LIMIT or "Transfer-Encoding" in self.headers:
            self.close_connection = True
            self._write(Response(413 if length > BODY_LIMIT else 411))
            return
        if self.headers.get("Expect", "").lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        url = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        query = dict(parse_qsl(url.query, keep_blank_values=True))
        request = Request(self.command, unquote(url.path), query, headers, self.rfile.read(length))
        self._deliver(self.server.respond(request))

    def _deliver(self, response: Response) -> None:
        if response.delay:
            self._wait(response.delay)
        if response.conduct in ("hang", "reset"):
            self.close_connection = True
            if response.conduct == "reset":
                # Linger of zero makes the kernel send RST instead of a polite end.
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.rfile.close()
                self.connection.close()
            return
        self._write(response)

    def _write(self, response: Response) -> None:
        reason = responses.get(response.status, "")
        head = [f"HTTP/1.1 {response.status} {reason}", f"Content-Type: {response.content_type}"]
        head += [f"Content-Length: {len(response.body)}", f"Date: {self.date_time_string()}"]
        head += [f"{name.replace('_', '-')}: {value}" for name, value in response.headers.items()]
        body = b"" if self.command == "HEAD" else response.body
        if response.conduct == "half":
            self.close_connection = True
            body = body[: len(body) // 2]
        self.wfile.write("\r\n".join(head).encode() + b"\r\n\r\n" + body)

    def _wait(self, seconds: float) -> None:
        # A hang ends early when the client gives up or the server stops.
        for _ in range(max(1, int(seconds / 0.05))):
            if self.server.stopping.wait(min(0.05, seconds)):
                return
            readable, _, _ = select.select([self.connection], [], [], 0)
            if readable and not self.connection.recv(1, socket.MSG_PEEK):
                self.close_connection = True
                return

    def log_message(self, format: str, *args: object) -> None:
        log.debug(format, *args)
