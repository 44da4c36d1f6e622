"""Reading through the API: who may, in which shape, page by page."""

import base64
import hashlib
import hmac
import json
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import jwt
import pytest
from django.conf import settings
from django.utils import timezone

from helpdesk.accounts import permissions, tokens
from helpdesk.accounts.models import Member, User, Workspace
from helpdesk.accounts.tenancy import workspace_scope
from helpdesk.crypto import derived_key
from helpdesk.files.models import StoredFile
from messaging.actions.replies import send_text, write_note
from messaging.models import Contact, Conversation, Message
from messaging.tests.bodies import text_message
from messaging.tests.scenes import epoch, hear, revoke, write

pytestmark = pytest.mark.django_db

LISTS = ["conversations", "conversations/1/messages", "contacts"]
KEY = derived_key(settings.SECRET_KEY, "api tokens")


def address(path: str, slug: str = "eagle") -> str:
    return f"/api/v1/workspaces/{slug}/{path}"


@pytest.fixture
def token(agent: Member) -> str:
    return tokens.issue(agent, minutes=5)


@pytest.fixture
def ask(client, token):
    def get(path: str, token: str = token, **query: Any) -> Any:
        return client.get(address(path), query, headers={"Authorization": f"Bearer {token}"})

    return get


@pytest.fixture
def desk(channel, agent) -> Conversation:
    with workspace_scope(channel.workspace_id):
        conversation: Conversation = write(channel).conversation
    return conversation


def claims(agent: Member, **changed: Any) -> dict[str, Any]:
    now = timezone.now()
    known = {
        "iss": "helpdesk",
        "aud": "helpdesk-api",
        "sub": str(agent.pk),
        "workspace": agent.workspace_id,
        "iat": now,
        "exp": now + timedelta(minutes=5),
    }
    return {key: value for key, value in {**known, **changed}.items() if value is not None}


def signed(payload: dict[str, Any], key: Any = KEY, algorithm: str = "HS256", **headers: Any) -> str:
    return jwt.encode(payload, key, algorithm=algorithm, headers=headers or None)


def part(found: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(found).encode()).decode().rstrip("=")


def forged(agent: Member, algorithm: str) -> str:
    plain = {
        key: int(value.timestamp()) if isinstance(value, datetime) else value for key, value in claims(agent).items()
    }
    head = f"{part({'alg': algorithm, 'typ': 'JWT'})}.{part(plain)}"
    mac = hmac.new(KEY, head.encode(), hashlib.sha256).digest()
    return f"{head}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


def signed_without(name: str, agent: Member) -> str:
    return signed(claims(agent, **{name: None}))


def hour(number: float) -> datetime:
    return timezone.now() + timedelta(hours=number)


BAD_TOKENS = {
    "expired": lambda who: signed(claims(who, iat=hour(-2), exp=hour(-1))),
    "issued in the future": lambda who: signed(claims(who, iat=hour(1), exp=hour(2))),
    "valid later": lambda who: signed(claims(who, nbf=hour(1))),
    "no algorithm": lambda who: jwt.encode(claims(who), "", algorithm="none"),
    "another spelling of none": lambda who: forged(who, "NoNe"),
    "another algorithm": lambda who: signed(claims(who), algorithm="HS512"),
    "an algorithm that is not there": lambda who: forged(who, "XX99"),
    "another key": lambda who: signed(claims(who), key=derived_key("another secret of an installation", "api tokens")),
    "the key of another purpose": lambda who: signed(claims(who), key=derived_key(settings.SECRET_KEY, "credentials")),
    "the secret itself": lambda who: signed(claims(who), key=settings.SECRET_KEY),
    **{f"without {name}": partial(signed_without, name) for name in tokens.REQUIRED},
    "another issuer": lambda who: signed(claims(who, iss="helpdesk.example")),
    "another audience": lambda who: signed(claims(who, aud="portal")),
    "a list of audiences": lambda who: signed(claims(who, aud=["helpdesk-api", "portal"])),
    "an unknown crit": lambda who: signed(claims(who), crit=["x"], x=1),
    "lives too long": lambda who: signed(claims(who, exp=hour(24 * 31 + 1))),
    "lives for ever": lambda who: signed(claims(who, exp=10**18)),
    "nobody": lambda who: signed(claims(who, sub="999999999")),
    "no number": lambda who: signed(claims(who, sub="one")),
    "a number beyond all": lambda who: signed(claims(who, sub="9" * 40)),
    "another workspace": lambda who: signed(claims(who, workspace=who.workspace_id + 1)),
    "a workspace beyond all": lambda who: signed(claims(who, workspace=10**30)),
    "a workspace that is a list": lambda who: signed(claims(who, workspace=[who.workspace_id])),
    "two parts": lambda who: ".".join(signed(claims(who)).split(".")[:2]),
    "four parts": lambda who: signed(claims(who)) + ".x",
    "tampered": lambda who: signed(claims(who)).replace(".", ".e", 1),
    "one bit": lambda who: signed(claims(who))[:-2] + "AA",
    "empty": lambda who: "",
    "words": lambda who: "let me in",
    "not ascii": lambda who: "é" * 30,
    "a megabyte": lambda who: "a." * 500_000,
}


@pytest.mark.parametrize("bad", BAD_TOKENS.values(), ids=BAD_TOKENS)
def test_a_bad_token_is_401_and_a_problem(ask, desk, agent, bad):
    answer = ask("conversations", token=bad(agent))

    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    assert answer["WWW-Authenticate"] == "Bearer"
    assert answer.json() == {
        "type": "about:blank",
        "title": "Unauthorized",
        "status": 401,
        "detail": "Send a valid bearer token.",
    }


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic ZGV3aTpwYXNz"}, {"Authorization": "Bearer"}])
@pytest.mark.parametrize("path", LISTS)
def test_without_a_token_nothing_is_read(client, desk, path, headers):
    assert client.get(address(path), headers=headers).status_code == 401


def test_a_session_is_no_token(client, agent, desk):
    client.force_login(agent.user)

    assert client.get(address("conversations")).status_code == 401


def test_a_clock_half_a_minute_off_is_forgiven(ask, desk, agent):
    skewed = claims(agent, iat=timezone.now() + timedelta(seconds=20))

    assert ask("conversations", token=signed(skewed)).status_code == 200
    late = claims(agent, iat=hour(-1), exp=timezone.now() - timedelta(seconds=20))
    assert ask("conversations", token=signed(late)).status_code == 200


def test_a_token_of_the_key_before_the_last_is_good_as_long_as_it_is_a_fallback(ask, desk, agent, settings):
    old = "the secret before this one, long enough"
    token = signed(claims(agent), key=derived_key(old, "api tokens"))
    assert ask("conversations", token=token).status_code == 401

    settings.SECRET_KEY_FALLBACKS = [old]
    assert ask("conversations", token=token).status_code == 200


@pytest.mark.parametrize("change", ["removed", "disabled"])
def test_who_left_reads_nothing_from_the_next_call_on(ask, desk, agent, change):
    assert ask("conversations").status_code == 200

    with workspace_scope(agent.workspace_id):
        if change == "removed":
            Member.objects.filter(pk=agent.pk).update(removed_at=timezone.now())
        else:
            User.objects.filter(pk=agent.user_id).update(is_active=False)

    assert ask("conversations").status_code == 401


def test_a_role_without_the_permission_is_403(ask, desk, monkeypatch):
    monkeypatch.setitem(permissions.PERMISSIONS, "agent", frozenset())

    for path in LISTS:
        answer = ask(path)
        assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
        assert answer.json()["detail"] == "Your role does not allow this."


@pytest.mark.parametrize("slug", ["kopi", "nowhere", "EAGLE"])
@pytest.mark.parametrize("path", LISTS)
def test_another_workspace_does_not_exist(client, desk, token, outsider, path, slug):
    answer = client.get(address(path, slug), headers={"Authorization": f"Bearer {token}"})

    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["title"] == "Not Found"


@pytest.mark.parametrize("number", ["2", "0", "-1", "9" * 30])
def test_an_unknown_conversation_is_404(ask, desk, number):
    assert ask(f"conversations/{number}/messages").status_code == 404


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("after", ["x", "\x00", "9" * 5000, "é", "bm90IGEga2V5", base64.b64encode(b"2026|1").decode()])
def test_a_key_that_no_list_gave_out_is_422(ask, desk, path, after):
    answer = ask(path, after=after)

    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")


@pytest.mark.parametrize("path", ["conversations/one/messages", "conversations/1.5/messages"])
def test_a_number_that_is_none_is_422(ask, desk, path):
    answer = ask(path)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "path.number"


@pytest.mark.parametrize("pk", ["9" * 100, "-" + "9" * 100, "9223372036854775808"])
@pytest.mark.parametrize(
    ("at", "status"),
    [
        ("0001-01-01T00:00:00+23:59", 422),
        ("9999-12-31T23:59:59-23:59", 422),
        ("2026-11-22T10:00:00+23:59", 200),
        ("0001-01-01T00:00:00+00:00", 200),
        ("9999-12-31T23:59:59+00:00", 200),
    ],
)
@pytest.mark.parametrize("path", LISTS)
def test_a_key_beyond_all_rows_is_no_error(ask, desk, path, at, status, pk):
    after = base64.urlsafe_b64encode(f"{at}|{pk}".encode()).decode().rstrip("=")

    assert ask(path, after=after).status_code == status


def picture(workspace: Workspace) -> StoredFile:
    known = {"key": "w/1/x", "name": "a.png", "sniffed_type": "image/png", "size": 9, "sha256": "0"}
    return StoredFile.objects.create(workspace=workspace, state="stored", **known)


def test_a_conversation_has_the_shape_of_the_contract(ask, channel, desk, agent):
    with workspace_scope(channel.workspace_id):
        Contact.objects.update(name="Nadia")
        send_text(desk, actor=agent, text="Baik")
        conversation = Conversation.objects.get()

    (item,) = ask("conversations").json()["items"]

    assert item == {
        "number": 1,
        "status": "open",
        "contact": {"id": conversation.contact_id, "name": "Nadia"},
        "channel": "Main",
        "assignee": {"id": agent.pk, "name": "Dewi Lestari"},
        "last_message_at": item["last_message_at"],
        "waiting_since": item["waiting_since"],
        "window_ends_at": item["window_ends_at"],
    }
    assert datetime.fromisoformat(item["waiting_since"]) == conversation.waiting_since
    assert datetime.fromisoformat(item["window_ends_at"]) == conversation.window_ends_at


def test_a_message_has_the_shape_of_the_contract(ask, channel, desk, agent):
    with workspace_scope(channel.workspace_id):
        inbound = desk.messages.get()
        ours = send_text(desk, actor=agent, text="Baik")
        write_note(desk, actor=agent, text="psst")
        file = picture(channel.workspace)
        Message.objects.filter(pk=ours.pk).update(media=file)

    note, sent, received = ask("conversations/1/messages").json()["items"]

    assert (note["direction"], note["kind"], note["state"]) == ("internal", "note", None)
    assert sent == {
        "id": ours.pk,
        "external_id": None,
        "direction": "out",
        "kind": "text",
        "text": "Baik",
        "state": "queued",
        "provider_time": sent["provider_time"],
        "media": {"id": str(file.public_id), "name": "a.png", "type": "image/png", "size": 9},
    }
    assert (received["external_id"], received["state"], received["media"]) == (inbound.external_id, None, None)


def test_a_deleted_message_says_nothing_any_more(ask, channel, desk):
    with workspace_scope(channel.workspace_id):
        message = desk.messages.get()
        file = picture(channel.workspace)
        Message.objects.filter(pk=message.pk).update(media=file)
        hear(channel, revoke(message.external_id))

    (item,) = ask("conversations/1/messages").json()["items"]

    assert (item["text"], item["media"]) == ("", None)


def test_a_contact_has_its_addresses(ask, channel, desk):
    (item,) = ask("contacts").json()["items"]

    assert item["addresses"] == [{"kind": "whatsapp", "phone": "+628125550140", "user_id": None, "email": None}]
    assert (item["name"], item["language"], item["blocked"]) == ("+628125550140", "", False)


def test_a_blocked_contacts_conversation_does_not_exist(ask, channel, desk):
    with workspace_scope(channel.workspace_id):
        Contact.objects.update(blocked=True)

    assert ask("conversations").json()["items"] == []
    assert ask("conversations/1/messages").status_code == 404


def read_all(ask, client, path: str, token: str) -> list[list[Any]]:
    answer, pages = ask(path).json(), []
    while True:
        pages.append(answer["items"])
        if answer["next"] is None:
            return pages
        assert answer["next"].startswith(f"http://testserver{address(path)}?after=")
        answer = client.get(answer["next"], headers={"Authorization": f"Bearer {token}"}).json()


@pytest.mark.parametrize("path", LISTS)
def test_pages_follow_each_other_without_gap_or_repetition(ask, client, channel, token, path):
    at = epoch(timezone.now())
    sender = "628125550140" if "messages" in path else ""
    messages = [text_message(sender=sender or f"628{n:09d}", text=str(n), timestamp=at) for n in range(120)]
    with workspace_scope(channel.workspace_id):
        hear(channel, *messages)

    pages = read_all(ask, client, path, token)

    assert [len(page) for page in pages] == [50, 50, 20]
    ids = [item.get("id") or item["number"] for page in pages for item in page]
    assert ids == sorted(set(ids), reverse=True)


@pytest.mark.parametrize(
    ("path", "queries"), [("conversations", 12), ("conversations/1/messages", 13), ("contacts", 13)]
)
def test_a_page_costs_the_same_however_much_is_on_it(ask, channel, token, django_assert_num_queries, path, queries):
    with workspace_scope(channel.workspace_id):
        write(channel)
    with django_assert_num_queries(queries):
        assert len(ask(path).json()["items"]) == 1

    with workspace_scope(channel.workspace_id):
        hear(channel, *(text_message("628125550140" if "messages" in path else f"62811{n}") for n in range(2)))
    with django_assert_num_queries(queries):
        assert len(ask(path).json()["items"]) == 3
