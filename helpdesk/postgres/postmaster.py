"""What a data folder says about its running server, in `postmaster.pid`, and whether that is still true."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

PORT = 5432
READY = "ready"


@dataclass(frozen=True)
class Postmaster:
    """The first process of a running server."""

    pid: int
    socket_folder: Path
    is_ready: bool


def read_postmaster(data: Path) -> Postmaster | None:
    """Return the live server of a data folder. The file outlives a crash, so its process is looked at as well."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return None
    if not lines or not _is_postgres(int(lines[0])):
        return None
    socket_folder = Path(lines[4]) if len(lines) > 4 else data
    return Postmaster(int(lines[0]), socket_folder, is_ready=len(lines) > 7 and lines[7].strip() == READY)


def clear_stale_locks(data: Path, socket_folder: Path) -> None:
    """Remove the lock files of a server that is dead.

    PostgreSQL only looks whether the process number is in use, so it would refuse for ever when another program has
    it now. It still finds surviving server processes by their shared memory.
    """
    (data / "postmaster.pid").unlink(missing_ok=True)
    for name in (f".s.PGSQL.{PORT}.lock", f".s.PGSQL.{PORT}"):
        (socket_folder / name).unlink(missing_ok=True)


def children_of(pid: int) -> list[int]:
    """Return the processes that a process started, where the system tells; elsewhere none."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def _is_postgres(pid: int) -> bool:
    """Say whether a live process is PostgreSQL; a zombie that nobody collects is not alive."""
    try:
        description = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        if Path("/proc/self").exists():
            return False
        description = _ask_ps(pid)
    name, _, rest = description.partition("(")[2].rpartition(")")
    return "postgres" in name and rest.split()[:1] not in (["Z"], ["X"], [])


def _ask_ps(pid: int) -> str:
    """Return `PID (name) state`, as Linux's /proc does, on a system without it."""
    command = ["ps", "-o", "state=", "-o", "comm=", "-p", str(pid)]
    state, _, name = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip().partition(" ")
    return f"{pid} ({name.strip()}) {state}"
