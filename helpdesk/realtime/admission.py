"""Who may open a stream: the person whom Django's sessions and `get_user` would find, in a workspace of theirs."""

import re
from dataclasses import dataclass
from http import HTTPStatus
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.utils.crypto import constant_time_compare

from helpdesk.realtime import queries
from helpdesk.realtime.database import StreamDatabase
from helpdesk.realtime.request import StreamRequest

WORD = re.compile(r"[-\w]{1,40}", re.ASCII)


class Refused(Exception):
    """The stream is not opened; `status` says why."""

    def __init__(self, status: HTTPStatus):
        super().__init__(status.phrase)
        self.status = status


@dataclass(frozen=True, slots=True)
class Visitor:
    """A member with an open session, as found when the stream was opened."""

    session: str
    user: int
    member: int
    workspace: int
    role: str
    password: str


async def admit(request: StreamRequest, database: StreamDatabase) -> Visitor:
    """Return who is asking. Raises `Refused`, and `psycopg.Error` when the database cannot be asked."""
    if request.method not in ("GET", "HEAD"):
        raise Refused(HTTPStatus.METHOD_NOT_ALLOWED)
    if not request.is_for_this_host:
        raise Refused(HTTPStatus.BAD_REQUEST)
    if not request.is_same_origin:
        raise Refused(HTTPStatus.FORBIDDEN)
    session = await _session(request.session_key, database)
    return await _member(request, session, database)


async def still_welcome(visitors: set[Visitor], database: StreamDatabase) -> set[Visitor]:
    """Return those of `visitors` whose session, password, role and membership are as they were, with one query."""
    doors = {(visitor.session, visitor.member) for visitor in visitors}
    parameters = {"sessions": [session for session, _ in doors], "members": [member for _, member in doors]}
    rows = await database.fetch(queries.STILL_WELCOME, parameters)
    current = {(session, member): (role, password) for session, member, role, password in rows}
    return {
        visitor
        for visitor in visitors
        if current.get((visitor.session, visitor.member)) == (visitor.role, visitor.password)
    }


async def _session(key: str, database: StreamDatabase) -> dict[str, Any]:
    rows = await database.fetch(queries.SESSION, {"session": key}) if WORD.fullmatch(key) else []
    if not rows:
        raise Refused(HTTPStatus.UNAUTHORIZED)
    store = import_module(settings.SESSION_ENGINE).SessionStore
    return dict(store().decode(rows[0][0]))


async def _member(request: StreamRequest, session: dict[str, Any], database: StreamDatabase) -> Visitor:
    user_id = str(session.get(SESSION_KEY, ""))
    if not user_id.isdecimal() or session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        raise Refused(HTTPStatus.UNAUTHORIZED)
    slug = request.workspace if WORD.fullmatch(request.workspace) else ""
    rows = await database.fetch(queries.PERSON, {"user": int(user_id), "workspace": slug})
    if not rows or not _is_signed_with(session, rows[0][0]):
        raise Refused(HTTPStatus.UNAUTHORIZED)
    password, member, workspace, role = rows[0]
    if member is None:
        raise Refused(HTTPStatus.NOT_FOUND)
    return Visitor(request.session_key, int(user_id), member, workspace, role, password)


def _is_signed_with(session: dict[str, Any], password: str) -> bool:
    """Whether the session was opened with this password, under the current secret key or an earlier one."""
    user = get_user_model()(password=password)
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(str(session.get(HASH_SESSION_KEY, "")), each) for each in hashes)
