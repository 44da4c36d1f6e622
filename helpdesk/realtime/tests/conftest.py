from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest
from django.conf import settings as known
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from helpdesk.accounts.models import Member, Workspace
from helpdesk.realtime.tests.browsers import Site
from helpdesk.realtime.tests.committed import Writer, committed


@pytest.fixture
def db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Stands for pytest-django's: other connections must see what a test writes."""
    with committed(django_db_blocker):
        yield


@pytest.fixture(autouse=True)
def _cheap_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def site(db: None) -> Iterator[Site]:
    site = Site()
    yield site
    site.close()


@pytest.fixture
def writer(workspace: Workspace) -> Iterator[Callable[[], Writer]]:
    writers: list[Writer] = []

    def make() -> Writer:
        writers.append(Writer(workspace.pk))
        return writers[-1]

    yield make
    for each in writers:
        each.close()


def sign_in(member: Member, **changes: Any) -> str:
    """Return the key of a session as signing in makes it."""
    session = import_module(known.SESSION_ENGINE).SessionStore()
    session.update(
        {
            SESSION_KEY: str(member.user_id),
            BACKEND_SESSION_KEY: known.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: member.user.get_session_auth_hash(),
            **changes,
        }
    )
    session.create()
    return session.session_key
