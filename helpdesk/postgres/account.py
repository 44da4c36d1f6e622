"""The system account that PostgreSQL runs under: ours, or `nobody` when we are root, as it refuses to run as root."""

import os
import pwd
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from helpdesk.postgres.errors import PostgresError


@dataclass(frozen=True)
class Account:
    """A user and group; `switches` is true when processes and files must be handed over to it."""

    uid: int
    gid: int
    switches: bool

    @classmethod
    def current(cls) -> Self:
        """Return the account to use, which is `nobody` for root."""
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid(), switches=False)
        try:
            nobody = pwd.getpwnam("nobody")
        except KeyError:
            raise PostgresError(
                "PostgreSQL does not run as root and there is no account “nobody”; start as an ordinary user."
            ) from None
        return cls(nobody.pw_uid, nobody.pw_gid, switches=True)

    @property
    def process_options(self) -> dict[str, Any]:
        """Return what `subprocess` needs to start a process under this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.switches else {}

    def can_enter(self, folder: Path) -> bool:
        """Say whether this account may pass through the folder and all above it."""
        return self._succeeds("/bin/sh", "-c", 'cd "$1"', "sh", str(folder))

    def can_run(self, program: Path) -> bool:
        """Say whether this account may run the program."""
        return self._succeeds(str(program), "--version")

    def make_private_folder(self, folder: Path) -> None:
        """Make a folder that nobody but this account (and root) can enter; refuse one that somebody else made."""
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            pass
        else:
            if self.switches:
                os.chown(folder, self.uid, self.gid)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != self.uid or found.st_mode & 0o077:
            raise PostgresError(f"{folder} must be a folder that belongs to user {self.uid} alone; remove it.")

    def _succeeds(self, *command: str) -> bool:
        if not self.switches:
            return True
        try:
            done = subprocess.run(command, cwd="/", capture_output=True, check=False, **self.process_options)
        except PermissionError:
            return False
        return done.returncode == 0
