"""The data folder of a server: where it can be, how it is made, and the settings it runs with."""

import os
import shutil
import subprocess
import tempfile
from hashlib import sha256
from pathlib import Path

from helpdesk.postgres.account import Account
from helpdesk.postgres.binaries import major_version, public_folder
from helpdesk.postgres.errors import PostgresError
from helpdesk.postgres.postmaster import PORT

SUPERUSER = "postgres"
# A socket's path must be shorter than 104 bytes on macOS and 108 on Linux.
LONGEST_SOCKET_FOLDER = 103 - len(f"/.s.PGSQL.{PORT}")

THROW_AWAY = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "checkpoint_timeout": "1h",
    "max_wal_size": "4GB",
}


def settings(socket_folder: Path, *, durable: bool) -> list[str]:
    """Return the server's settings as arguments: no network, times in UTC, and safe writes unless it is thrown away."""
    chosen = {
        "listen_addresses": "",
        "unix_socket_directories": str(socket_folder),
        "unix_socket_permissions": "0700",
        "port": str(PORT),
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_checkpoints": "off",
        **({} if durable else THROW_AWAY),
    }
    return [argument for name, value in chosen.items() for argument in ("-c", f"{name}={value}")]


def environment() -> dict[str, str]:
    """Return what PostgreSQL's programs need to know; above all not the PG… variables of the person's shell."""
    passed_on = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR")
    return {"LC_ALL": "C.UTF-8", **{name: os.environ[name] for name in passed_on if name in os.environ}}


def data_folder(folder: Path, binaries: Path, account: Account, *, durable: bool) -> Path:
    """Return the data folder, made on the first call and handed to the account.

    It is `data` in the server's folder. When the account cannot get there it lies in the public folder, and `data`
    is a link to it: so removing the server's folder never brings an old database back.
    """
    data = folder / "data"
    if data.exists():
        _check_version(data.resolve(), binaries)
        return data.resolve()
    data.unlink(missing_ok=True)
    if account.can_enter(folder):
        unfinished = folder / "unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        account.make_private_folder(unfinished)
        _initialise(unfinished, binaries, account, durable=durable)
        unfinished.rename(data)
    else:
        elsewhere = Path(tempfile.mkdtemp(prefix="data-", dir=public_folder()))
        os.chown(elsewhere, account.uid, account.gid)
        _initialise(elsewhere, binaries, account, durable=durable)
        data.symlink_to(elsewhere)
    return data.resolve()


def socket_folder(data: Path) -> Path:
    """Return where the socket goes: the data folder, or a short one when that path would be too long."""
    if len(os.fsencode(data)) <= LONGEST_SOCKET_FOLDER:
        return data
    return Path("/tmp") / f"helpdesk-{sha256(os.fsencode(data)).hexdigest()[:12]}"


def _initialise(data: Path, binaries: Path, account: Account, *, durable: bool) -> None:
    """Make a new database cluster that sorts by code point on every system."""
    command = [str(binaries / "initdb"), "-D", str(data), "-U", SUPERUSER, "-A", "trust", "-E", "UTF8"]
    command += ["--locale=C.UTF-8", "--no-instructions"]
    if major_version(binaries) >= 17:
        command.append("--locale-provider=builtin")
    if not durable:
        command.append("--no-sync")
    done = subprocess.run(
        command, cwd="/", env=environment(), capture_output=True, text=True, check=False, **account.process_options
    )
    if done.returncode:
        raise PostgresError(f"PostgreSQL could not make {data}: {done.stderr.strip()}")


def _check_version(data: Path, binaries: Path) -> None:
    made_by = (data / "PG_VERSION").read_text().strip()
    ours = major_version(binaries)
    if made_by != str(ours):
        raise PostgresError(
            f"{data} was made by PostgreSQL {made_by} and {binaries} is {ours}. "
            "Set HELPDESK_PG_BIN to the programs of that version, or use another data folder."
        )
