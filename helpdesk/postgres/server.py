"""One PostgreSQL server in one folder: start it or join the one that runs, stop it, and say how to reach it."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import psycopg

from helpdesk.postgres import cluster, roles
from helpdesk.postgres.account import Account
from helpdesk.postgres.binaries import PUBLIC_FOLDER, find_binaries, runnable_binaries
from helpdesk.postgres.errors import PostgresError
from helpdesk.postgres.locks import Users, exclusive
from helpdesk.postgres.postmaster import PORT, Postmaster, children_of, read_postmaster
from helpdesk.postgres.process import READY_SECONDS, STOP_SECONDS, end, spawn, wait_until


def tell(sentence: str) -> None:
    """Say something to the person at the terminal without touching a command's output."""
    print(sentence, file=sys.stderr, flush=True)


class Server:
    """A server that several processes may use: the first starts it and the last one out stops it.

    `folder` holds the data, the log and the locks. `durable=False` trades the data for speed, for tests.
    """

    def __init__(
        self, folder: Path, *, binaries: Path | None = None, durable: bool = True, say: Callable[[str], None] = tell
    ):
        self.folder = folder.absolute()
        self.durable = durable
        self._named_binaries = binaries
        self._say = say
        self._users = Users(self.folder / "users.lock")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server or join the running one, and make sure that its roles and database are there."""
        account = Account.current()
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o711 if account.switches else 0o700)
        with exclusive(self.folder / "start.lock"):
            self._users.join()
            try:
                if not self._is_there():
                    self._spawn(account)
                self._prepare()
            except BaseException:
                self._users.leave()
                raise

    def stop(self) -> None:
        """Count us out, and stop the server unless somebody else is using it."""
        if not self.folder.exists():
            return
        with exclusive(self.folder / "start.lock"):
            if self._users.leave():
                self._end(signal.SIGINT)

    def kill(self) -> None:
        """End all server processes at once without a shutdown, as a crash would; for fault tests."""
        postmaster = self._postmaster()
        if postmaster is None:
            return
        for pid in (postmaster.pid, *children_of(postmaster.pid)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not self.is_running, STOP_SECONDS)

    def discard(self) -> None:
        """Count us out, and remove the server with all its data unless somebody else is using it."""
        if not self.folder.exists():
            return
        with exclusive(self.folder / "start.lock"):
            if not self._users.leave():
                return
            self._end(signal.SIGQUIT)
            shutil.rmtree(self._data, ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def is_running(self) -> bool:
        """Say whether the server's first process is alive."""
        return self._postmaster() is not None

    @property
    def pid(self) -> int | None:
        """Return the number of the server's first process; None when it does not run."""
        postmaster = self._postmaster()
        return postmaster.pid if postmaster else None

    @property
    def environment(self) -> dict[str, str]:
        """Return what other programs need to use the server: both addresses, and PostgreSQL's programs that fit it.

        PGHOST and PGPORT let psql and pg_dump find it without being told.
        """
        binaries = str(self._binaries())
        return {
            "DATABASE_URL": self.app_url(),
            "DATABASE_OWNER_URL": self.owner_url(),
            "HELPDESK_PG_BIN": binaries,
            "PATH": os.pathsep.join([binaries, os.environ.get("PATH", os.defpath)]),
            "PGHOST": str(self._ready().socket_folder),
            "PGPORT": str(PORT),
        }

    def app_url(self, database: str = roles.DATABASE) -> str:
        """Return the address for the application's role, as DATABASE_URL and libpq understand it."""
        return self._url(roles.APP, database)

    def owner_url(self, database: str = roles.DATABASE) -> str:
        """Return the address for the role that owns the database and runs migrations."""
        return self._url(roles.OWNER, database)

    def superuser_url(self, database: str = "postgres") -> str:
        """Return the address for the administrator."""
        return self._url(cluster.SUPERUSER, database)

    def _binaries(self) -> Path:
        return runnable_binaries(find_binaries(self._named_binaries), Account.current())

    @property
    def _data(self) -> Path:
        return (self.folder / "data").resolve()

    def _postmaster(self) -> Postmaster | None:
        if self._process is not None:
            self._process.poll()  # collects a dead child, which would look alive
        return read_postmaster(self._data)

    def _ready(self) -> Postmaster:
        postmaster = self._postmaster()
        if postmaster is None or not postmaster.is_ready:
            raise PostgresError(f"The server in {self.folder} is not running.")
        return postmaster

    def _is_there(self) -> bool:
        """Say whether a server runs, after waiting for one that is just starting or stopping."""

        def settled() -> bool:
            postmaster = self._postmaster()
            return postmaster is None or postmaster.is_ready

        wait_until(settled, READY_SECONDS)
        return self.is_running

    def _spawn(self, account: Account) -> None:
        binaries = self._binaries()
        data = cluster.data_folder(self.folder, binaries, account, durable=self.durable)
        if PUBLIC_FOLDER in binaries.parents or PUBLIC_FOLDER in data.parents:
            self._say(f"PostgreSQL runs as “nobody”, who cannot enter {self.folder}; its files are in {PUBLIC_FOLDER}.")
        sockets = cluster.socket_folder(data)
        account.make_private_folder(sockets)
        log = self.folder / "log"
        self._process = spawn(binaries, data, sockets, account=account, log=log, durable=self.durable)

    def _end(self, how: signal.Signals) -> None:
        end(lambda: self.pid, how)
        sockets = cluster.socket_folder(self._data)
        if sockets != self._data:
            shutil.rmtree(sockets, ignore_errors=True)

    def _prepare(self) -> None:
        try:
            roles.prepare(self.superuser_url())
            if not self.durable:
                roles.allow_test_databases(self.superuser_url())
        except psycopg.Error as error:
            raise PostgresError(f"PostgreSQL runs, but could not be prepared: {error}") from error

    def _url(self, role: str, database: str) -> str:
        return f"postgres://{role}@/{database}?host={quote(str(self._ready().socket_folder), safe='')}&port={PORT}"
