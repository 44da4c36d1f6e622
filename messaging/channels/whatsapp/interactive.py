"""Answers to what can be tapped: buttons, lists, flows, permissions; and what the business's own phone offered."""

import re
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from .document import Unreadable, read_document
from .reading import identifier, items, line, mapping, text

_SCREEN = re.compile(r"^screen_\d+_|_\d+$")  # the flow builder's names: screen_0_Full_name_1

Lines = list[str]


def interactive_lines(body: dict[str, Any]) -> tuple[Lines, dict[str, Any]]:
    """The lines to show, and the payload with `type`, `id` and, for a flow, `answers`."""
    named = line(body.get("type"))
    kind = named if named in _REPLIES else next((key for key in _REPLIES if key in body), named)
    reply = mapping(body.get(kind))
    payload: dict[str, Any] = {"type": kind}
    payload |= {key: reply[key] for key in ("id", "title", "description") if key in reply}
    if kind in _REPLIES:
        lines, more = _REPLIES[kind](reply)
        return lines or [kind.replace("_", " ")], payload | more
    lines = _offer(body) or _any_words(reply)
    return lines or [kind.replace("_", " ") or _("Interactive message")], payload | {"body": body}


def _choice(reply: dict[str, Any]) -> tuple[Lines, dict[str, Any]]:
    lines = [text(reply.get("title")) or identifier(reply.get("id")), text(reply.get("description"))]
    return [shown for shown in lines if shown], {}


def _flow(reply: dict[str, Any]) -> tuple[Lines, dict[str, Any]]:
    answers = _answers(reply.get("response_json"))
    lines = [f"{_label(name)}: {_answer(value)}" for name, value in answers.items()]
    shown = lines or [text(reply.get("body")) or line(reply.get("name"))]
    return [line_ for line_ in shown if line_], {"name": line(reply.get("name")), "answers": answers}


def _answers(written: Any) -> dict[str, Any]:
    """A flow's answers are JSON inside a text inside JSON; what is not an object is kept as one answer."""
    try:
        found = read_document(written) if isinstance(written, str) else written
    except Unreadable:
        found = text(written)
    if not isinstance(found, dict):
        return {"response": found} if found else {}
    return {name: value for name, value in found.items() if name != "flow_token"}


def _label(name: str) -> str:
    return _SCREEN.sub("", name).replace("_", " ").strip() or name


def _answer(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{_label(name)}: {_answer(item)}" for name, item in value.items())
    if isinstance(value, list):
        return ", ".join(_answer(item) for item in value)
    return _("yes") if value is True else _("no") if value is False else text(value)


def _call_permission(reply: dict[str, Any]) -> tuple[Lines, dict[str, Any]]:
    response = line(reply.get("response")).lower()
    words = {"accept": _("Allowed calls."), "reject": _("Declined calls.")}
    return [words.get(response, response)] if response else [], {"response": response}


def _payment_method(reply: dict[str, Any]) -> tuple[Lines, dict[str, Any]]:
    chosen = line(reply.get("payment_method"))
    return [_("Payment method: %(method)s") % {"method": chosen}] if chosen else [], dict(reply)


def _offer(body: dict[str, Any]) -> Lines:
    """Header, body, footer and buttons of an interactive message that the business sent."""
    parts = [text(mapping(body.get(part)).get("text")) for part in ("header", "body", "footer")]
    buttons = items(mapping(body.get("action")).get("buttons"))
    titles = [line(mapping(mapping(button).get("reply")).get("title")) for button in buttons]
    return [shown for shown in (*parts, *(f"[{title}]" for title in titles if title)) if shown]


def _any_words(reply: dict[str, Any]) -> Lines:
    found = (text(reply.get(key)) for key in ("title", "text", "body", "name", "response"))
    return [shown for shown in found if shown]


_REPLIES: dict[str, Callable[[dict[str, Any]], tuple[Lines, dict[str, Any]]]] = {
    "button_reply": _choice,
    "list_reply": _choice,
    "nfm_reply": _flow,
    "call_permission_reply": _call_permission,
    "payment_method": _payment_method,
}
