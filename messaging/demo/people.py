"""Who can sign in to the demonstration: passwords that are made when they are needed, and told once."""

import json
import os
import secrets
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import PBKDF2PasswordHasher, get_hasher

from helpdesk.accounts.models import User
from messaging.demo.script import Script

SYLLABLES = ("bdfgklmnprst", "aeiou")
QUICK_ROUNDS = 20_000  # enough for passwords that nobody chose; signing in makes them the usual number

Person = dict[str, str]


def told_already(file: Path | None, scripts: list[Script]) -> list[Person]:
    """Return the people in the file, when all of ours are there."""
    told: list[Person] = _read(file).get("people", []) if file else []
    return told if {person["user"] for person in told} >= _emails(scripts) else []


def everybody_has_a_password(scripts: list[Script]) -> bool:
    users = User.objects.filter(email__in=_emails(scripts))
    return all(user.has_usable_password() for user in users)


def give_passwords(scripts: list[Script]) -> list[Person]:
    """Give everybody a new password, and return who they are with it."""
    people = []
    for script in scripts:
        for person in script.people:
            password = _password()
            User.objects.filter(email=person.email).update(password=_encoded(password))
            people.append({"user": person.email, "password": password, "role": person.role, "workspace": script.slug})
    return people


def tell(file: Path, address: str, people: list[Person]) -> None:
    """Write the file whole or not at all, for its owner's eyes."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f"{file.name}.{os.getpid()}")
    unfinished.touch(mode=0o600)
    unfinished.write_text(json.dumps({"address": address, "people": people}, indent=2) + "\n")
    unfinished.replace(file)


def _read(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _emails(scripts: list[Script]) -> set[str]:
    return {person.email for script in scripts for person in script.people}


def _password() -> str:
    """Three words of three syllables: 53 random bits that can be read out and typed."""
    words = ["".join(secrets.choice(letters) for _ in range(3) for letters in SYLLABLES) for _ in range(3)]
    return "-".join(words)


def _encoded(password: str) -> str:
    hasher = get_hasher()
    if isinstance(hasher, PBKDF2PasswordHasher):
        return hasher.encode(password, hasher.salt(), iterations=QUICK_ROUNDS)
    return hasher.encode(password, hasher.salt())
