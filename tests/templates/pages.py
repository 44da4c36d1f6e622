"""Every page and every answer in pieces, with a context that shows all of it."""

from typing import Any

import jinja2
from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm, ResetPasswordForm, SetPasswordForm
from django.middleware.csrf import get_token
from django.template import engines
from django.test import RequestFactory
from jinja2.utils import missing

from helpdesk.accounts.models import User
from tests.templates.cast import DEWI, WORKSPACE, ago, conversation
from tests.templates.contexts import inbox, thread
from tests.templates.messages import message

Context = dict[str, Any]


class NoSuchAttribute(jinja2.Undefined):
    """Lets a template ask for a variable that was not given, but not for an attribute that our objects do not have."""

    def __init__(self, hint: Any = None, obj: Any = missing, name: Any = None, exc: Any = None) -> None:
        assert obj is missing or isinstance(obj, dict) or name in {"member", "workspaces"}, f"{obj!r} has no {name}"
        super().__init__(hint, obj, name, exc or jinja2.UndefinedError)


def render(template: str, context: Context, *, member: Any = None) -> str:
    """Render as a view would, for a signed-in `member` or for a stranger."""
    request = RequestFactory().get("/")
    request._messages = []  # type: ignore[attr-defined]
    request.user = "dewi@kopi.example"  # type: ignore[assignment]
    if member:
        request.member, request.workspaces = member, [WORKSPACE]  # type: ignore[attr-defined]
    backend: Any = engines["jinja2"]
    environment = backend.env.overlay(undefined=NoSuchAttribute)
    csrf_input = f'<input type="hidden" name="csrfmiddlewaretoken" value="{get_token(request)}">'
    safe = {"request": request, "csrf_input": jinja2.utils.markupsafe.Markup(csrf_input)}
    return str(environment.get_template(template).render(safe | context))


def inbox_pages() -> dict[str, Context]:
    """The inbox in its states, named for them."""
    closed = {"window_open": False, "window_ends_at": ago(hours=3)}
    paused = conversation()
    paused.channel.status = "paused"
    resolved = conversation(status="resolved", is_resolved=True, assignee=None, waiting_since=None)
    return {
        "a conversation": inbox(),
        "the end of the list": inbox(next_url=""),
        "no conversation": inbox(thread=None),
        "nothing at all": inbox(thread=None, rows=[], tabs=[tab | {"count": 0} for tab in inbox()["tabs"]]),
        "a shut window": inbox(thread=thread(**closed)),
        "a window that never opened": inbox(thread=thread(window_open=False, window_ends_at=None)),
        "a resolved conversation": inbox(thread=thread(conversation=resolved)),
        "a refused reply": inbox(thread=thread(can_reply=False, refusal="This contact is blocked.")),
        "a paused channel": inbox(thread=thread(conversation=paused)),
        "a question without a list": inbox(tabs=[], rows=[]),
        "a note": inbox(thread=thread(mode="note", draft="Halo")),
        "a question": inbox(thread=thread(warning="Raka replied meanwhile.", quoted=message(25, text="Halo"))),
        "older messages": inbox(thread=thread(older_url="?before=1")),
    }


def parts() -> dict[str, Context]:
    """What is sent instead of a page."""
    changes = inbox(removed=[3], removed_messages=[404], parts=("header", "details", "composer"), toast="Resolved.")
    return {
        "messaging/inbox/_list.html": inbox(),
        "messaging/inbox/_page.html": inbox(),
        "messaging/inbox/_changes.html": changes,
        "messaging/thread/_opened.html": inbox(),
        "messaging/thread/_thread.html": inbox(thread=None),
        "messaging/thread/_page.html": inbox(thread=thread(older_url="?before=1")),
        "errors/_refusal.html": {"sentence": "This conversation is already resolved."},
    }


def plain_pages() -> dict[str, Context]:
    login = LoginForm({"login": "dewi", "password": ""})
    login.is_valid()
    return {
        "account/login.html": {"form": login, "redirect_field_name": "next", "redirect_field_value": "/w/kopi/"},
        "account/logout.html": {},
        "account/password_reset.html": {"form": ResetPasswordForm()},
        "account/password_reset_done.html": {},
        "account/password_reset_from_key.html": {"form": SetPasswordForm(), "action_url": "/reset/"},
        "account/password_reset_from_key_done.html": {},
        "account/password_change.html": {"form": ChangePasswordForm()},
        "account/reauthenticate.html": {"form": ReauthenticateForm(user=User())},
        "account/account_inactive.html": {},
        "account/signup_closed.html": {},
        "accounts/workspaces.html": {"workspaces": [WORKSPACE]},
    }


def mails() -> dict[str, Context]:
    address = "https://desk.example/reset/?a=1&b=2"
    return {
        "account/email/password_reset_key_subject.txt": {},
        "account/email/password_reset_key_message.txt": {"password_reset_url": address},
        "account/email/unknown_account_subject.txt": {},
        "account/email/unknown_account_message.txt": {"email": "o'brien@kopi.example"},
    }


def everything() -> dict[str, str]:
    """All HTML of the product, by the name of what it shows."""
    pages = {name: render("messaging/inbox/page.html", context) for name, context in inbox_pages().items()}
    pages |= {name: render(name, context) for name, context in (parts() | plain_pages()).items()}
    for status in (400, 403, 404, 409, 413, 422, 500):
        for member in (None, DEWI):
            pages[f"{status} for {member}"] = render(f"errors/{status}.html", {"sentence": ""}, member=member)
    return pages
