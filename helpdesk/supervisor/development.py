"""The whole product at once: starts it in the right order, keeps it running, and stops it."""

import os
import signal
import socket
import subprocess
import time
from urllib.parse import urlsplit

from helpdesk.postgres.errors import PostgresError
from helpdesk.postgres.server import Server
from helpdesk.supervisor.children import Child, python, stop_all, tell
from helpdesk.supervisor.folder import CHECKOUT, DataFolder
from helpdesk.supervisor.guard import Guard
from helpdesk.supervisor.migrations import fingerprint
from helpdesk.supervisor.system import END_SIGNALS, allow_open_files, interrupted_by_signals, is_free

OPEN_FILES = 16_384  # each live page holds a connection
STREAMS = 4_096
LOOK_SECONDS = 0.1
POSTGRES_RETRY_SECONDS = 2


class StartFailed(Exception):
    """The product could not be started; the text is a sentence for the person at the terminal."""


class Development:
    """One run of the product with one data folder."""

    def __init__(self, folder: DataFolder, *, port: int, demo: bool, own_database: bool):
        self._folder = folder
        self._port = port
        self._demo = demo
        self._server = None if own_database else Server(folder.postgres, say=tell)
        self._environment: dict[str, str] = {}
        self._children: list[Child] = []
        self._guard: Guard | None = None
        self._postgres_due = 0.0
        self._began = time.monotonic()

    def run(self) -> None:
        """Run until somebody stops it."""
        with self._folder.supervised() as lock, interrupted_by_signals():
            if not is_free(self._port):
                raise StartFailed(f"Port {self._port} is taken; choose another one with --port.")
            self._guard = Guard(self._folder, lock)
            try:
                self._start()
                self._watch()
            finally:
                self._stop()

    def _start(self) -> None:
        allow_open_files(OPEN_FILES)
        self._write_record()
        self._folder.simulator_port(must_be_free=True)
        if self._server:
            self._server.start()
        database = self._server.environment if self._server else {}
        self._environment = self._folder.environment(port=self._port, database=database)
        self._migrate()
        if self._demo and not self._folder.demo.exists():
            tell("Loading the demonstration data; this is done once.")
            self._manage("seed_demo", "--demo-file", str(self._folder.demo), "--address", self._address)
        self._folder.tell_demo(self._address)
        self._children = [Child(name, command, self._environment) for name, command in self._programs().items()]

    def _migrate(self) -> None:
        url = self._environment["DATABASE_URL"]
        if self._folder.migrated != fingerprint(url):
            self._manage("migrate", "--no-input", "--verbosity", "0")
            self._folder.migrated = fingerprint(url)

    def _watch(self) -> None:
        is_ready = False
        while True:
            changed = [child.tend() for child in self._children]
            if any(changed):
                self._write_record()
            self._tend_postgres()
            if not is_ready and self._answers():
                is_ready = True
                self._announce()
            time.sleep(LOOK_SECONDS)

    def _stop(self) -> None:
        for number in END_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        stop_all(self._children)
        if self._server:
            self._server.stop()
        self._folder.forget_record()
        if self._guard:
            self._guard.dismiss()

    def _programs(self) -> dict[str, list[str]]:
        web = f"-m granian --interface asgi --host 127.0.0.1 --port {self._port} --workers 1 --log-level warning"
        limits = f"--backlog 2048 --backpressure {STREAMS} --workers-kill-timeout 2"
        simulator = str(self._folder.simulator_port())
        return {
            "web": python(*web.split(), *limits.split(), "helpdesk.asgi:application"),
            "worker": python("manage.py", "worker"),
            "simulator": python("manage.py", "run_simulator", "--port", simulator),
        }

    def _manage(self, *command: str) -> None:
        done = subprocess.run(python("manage.py", *command), cwd=CHECKOUT, env=self._environment, check=False)
        if done.returncode:
            raise StartFailed(f"`manage.py {command[0]}` failed; see above.")

    def _tend_postgres(self) -> None:
        if self._server is None or self._server.is_running or time.monotonic() < self._postgres_due:
            return
        self._postgres_due = time.monotonic() + POSTGRES_RETRY_SECONDS
        tell("PostgreSQL ended; it starts again.")
        try:
            self._server.start()
        except (PostgresError, OSError) as error:
            tell(str(error))
        else:
            self._write_record()

    def _write_record(self) -> None:
        groups = {child.name: child.pid for child in self._children if child.pid}
        if self._guard:
            self._guard.tell(list(groups.values()))
        postgres = self._server.pid if self._server else None
        try:
            self._folder.write_record(
                {
                    "address": self._address,
                    "port": self._port,
                    "simulator": self._environment.get("SIMULATOR_URL"),
                    "database_url": self._environment.get("DATABASE_URL"),
                    "database_owner_url": self._environment.get("DATABASE_OWNER_URL"),
                    "pids": {**groups, "supervisor": os.getpid(), **({"postgres": postgres} if postgres else {})},
                }
            )
        except OSError as error:  # a full disk is no reason to end what still runs
            tell(f"The run could not be recorded: {error}")

    @property
    def _address(self) -> str:
        return self._environment.get("PUBLIC_URL") or f"http://127.0.0.1:{self._port}"

    def _answers(self) -> bool:
        host = urlsplit(self._address).netloc
        try:
            with socket.create_connection(("127.0.0.1", self._port), timeout=2) as connection:
                connection.sendall(f"GET /readyz HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
                return b" 200 " in connection.recv(32)
        except OSError:
            return False

    def _announce(self) -> None:
        tell(f"\nHelp desk  {self._address}/\nCustomer   {self._address}/simulator/\n")
        for person in self._folder.people():
            tell("  {role:<10} {user:<32} {password:<20} {workspace}".format_map(person))
        tell(f"\nReady after {time.monotonic() - self._began:.1f} s. Stop it with Ctrl-C.")
