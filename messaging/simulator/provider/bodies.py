"""Checks a message body as `POST /{phone_number_id}/messages` does."""

from collections.abc import Callable
from typing import Any

from .errors import GraphError

Body = dict[str, Any]
MEDIA = ("image", "video", "audio", "document", "sticker")
CAPTIONED = ("image", "video", "document")
TEXT_LIMIT, CAPTION_LIMIT, CALLBACK_LIMIT = 4096, 1024, 512


def check_body(body: Body) -> str:
    """The type of a sound message; raises GraphError for anything else."""
    check_product(body)
    text(body.get("to") or body.get("recipient"), "to", 128)
    kind = body.get("type", "text")
    if kind not in CHECKS:
        raise GraphError(100, f'Param type must be one of {{{", ".join(sorted(CHECKS)).upper()}}} - got "{kind}".')
    if "context" in body:
        text(part(body["context"], "context").get("message_id"), "context['message_id']", 256)
    if body.get("biz_opaque_callback_data") is not None:
        text(body["biz_opaque_callback_data"], "biz_opaque_callback_data", CALLBACK_LIMIT)
    CHECKS[kind](part(body.get(kind), kind, many=kind == "contacts"), kind)
    return str(kind)


def check_product(body: Body) -> None:
    """Every call on a number names the product."""
    if body.get("messaging_product") != "whatsapp":
        raise GraphError(100, "The parameter messaging_product is required and must be whatsapp.")


def part(value: Any, name: str, *, many: bool = False) -> Any:
    """An object (or a list) inside the body."""
    if not isinstance(value, list if many else dict) or not value:
        raise GraphError(100, f"The parameter {name} is required.")
    return value


def text(value: Any, name: str, limit: int, *, code: int = 100) -> str:
    """A string of 1 to `limit` characters."""
    if not isinstance(value, str) or not value:
        raise GraphError(code, f"The parameter {name} is required.")
    if len(value) > limit:
        raise GraphError(code, f"Param {name} must be at most {limit} characters long.")
    return value


def _check_text(content: Body, kind: str) -> None:
    text(content.get("body"), "text['body']", TEXT_LIMIT)


def _check_media(content: Body, kind: str) -> None:
    if bool(content.get("id")) == bool(content.get("link")):
        raise GraphError(100, f"Param {kind} needs either id or link.")
    if "caption" in content:
        if kind not in CAPTIONED:
            raise GraphError(100, f'Unexpected key "caption" on param "{kind}".')
        text(content["caption"], f"{kind}['caption']", CAPTION_LIMIT)
    if "filename" in content and kind != "document":
        raise GraphError(100, f'Unexpected key "filename" on param "{kind}".')


def _check_location(content: Body, kind: str) -> None:
    for name, bound in (("latitude", 90), ("longitude", 180)):
        try:
            inside = abs(float(content[name])) <= bound
        except (KeyError, TypeError, ValueError):
            inside = False
        if not inside:
            raise GraphError(100, f"Param location['{name}'] must be a number of degrees.")


def _check_contacts(content: list[Body], kind: str) -> None:
    for card in content:
        name = part(part(card, "contacts").get("name"), "contacts['name']")
        text(name.get("formatted_name"), "contacts['name']['formatted_name']", 256)


def _check_reaction(content: Body, kind: str) -> None:
    text(content.get("message_id"), "reaction['message_id']", 256)
    if not isinstance(content.get("emoji"), str):
        raise GraphError(100, "The parameter reaction['emoji'] is required.")


def _check_interactive(content: Body, kind: str) -> None:
    shape = content.get("type")
    if shape not in ("button", "list", "cta_url", "location_request_message", "flow"):
        raise GraphError(131009, f"Param interactive['type'] does not know {shape!r}.")
    text(part(content.get("body"), "interactive['body']").get("text"), "interactive['body']['text']", 1024, code=131009)
    action = part(content.get("action"), "interactive['action']")
    if shape == "button":
        _check_buttons(part(action.get("buttons"), "interactive['action']['buttons']", many=True))
    if shape == "list":
        text(action.get("button"), "interactive['action']['button']", 20, code=131009)
        _check_rows(part(action.get("sections"), "interactive['action']['sections']", many=True))


def _check_buttons(buttons: list[Body]) -> None:
    if len(buttons) > 3:
        raise GraphError(131009, "A message may have 1 to 3 buttons.")
    replies = [part(button.get("reply"), "reply") for button in buttons]
    for reply in replies:
        text(reply.get("id"), "reply['id']", 256, code=131009)
        text(reply.get("title"), "reply['title']", 20, code=131009)
    if len({reply["id"] for reply in replies}) < len(replies):
        raise GraphError(131009, "The ids of the buttons must differ.")


def _check_rows(sections: list[Body]) -> None:
    rows = [row for section in sections for row in part(section.get("rows"), "rows", many=True)]
    if len(rows) > 10:
        raise GraphError(131009, "A list may have 10 rows.")
    for row in rows:
        text(row.get("id"), "row['id']", 200, code=131009)
        text(row.get("title"), "row['title']", 24, code=131009)


def _check_template(content: Body, kind: str) -> None:
    text(content.get("name"), "template['name']", 512)
    text(part(content.get("language"), "template['language']").get("code"), "template['language']['code']", 16)
    for component in content.get("components") or ():
        text(part(component, "template['components']").get("type"), "component['type']", 16)
        for parameter in component.get("parameters") or ():
            part(parameter, "component['parameters']")


CHECKS: dict[str, Callable[[Any, str], None]] = {
    "text": _check_text,
    **dict.fromkeys(MEDIA, _check_media),
    "location": _check_location,
    "contacts": _check_contacts,
    "reaction": _check_reaction,
    "interactive": _check_interactive,
    "template": _check_template,
}
