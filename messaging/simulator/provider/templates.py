"""Message templates: what a sent one must carry, and the text that the customer sees."""

import re
from typing import Any

from .errors import GraphError

Template = dict[str, Any]
PLACEHOLDER = re.compile(r"\{\{\s*([\w]+)\s*\}\}")
MEDIA_HEADERS = ("IMAGE", "VIDEO", "DOCUMENT")


def find_template(templates: list[Template], name: str, language: str) -> Template:
    """The approved template; raises GraphError 132001, 132015 or 132016."""
    for template in templates:
        if (template["name"], template["language"]) == (name, language):
            if template["status"] == "PAUSED":
                raise GraphError(132015, f"Template {name} is paused.")
            if template["status"] == "DISABLED":
                raise GraphError(132016, f"Template {name} is disabled.")
            if template["status"] == "APPROVED":
                return template
    raise GraphError(132001, f"template name ({name}) does not exist in {language}")


def fill_template(template: Template, sent: dict[str, Any]) -> dict[str, Any]:
    """What the customer sees: header, body, footer, buttons; raises GraphError for wrong parameters."""
    given = {part["type"].lower(): part for part in _parts(sent) if part["type"].lower() != "button"}
    seen: dict[str, Any] = {"name": template["name"], "header": "", "media": None, "body": "", "footer": ""}
    for component in template["components"]:
        kind = component["type"].lower()
        values = given.get(kind, {}).get("parameters") or []
        if kind == "header" and component.get("format") in MEDIA_HEADERS:
            seen["media"] = _header_media(component["format"].lower(), values)
        elif kind in ("header", "body", "footer"):
            seen[kind] = _fill(component.get("text", ""), values, kind, template.get("parameter_format", "POSITIONAL"))
    seen["buttons"] = _buttons(template, [part for part in _parts(sent) if part["type"].lower() == "button"])
    return seen


def _parts(sent: dict[str, Any]) -> list[dict[str, Any]]:
    return sent.get("components") or []


def _header_media(kind: str, values: list[dict[str, Any]]) -> dict[str, Any]:
    if len(values) != 1 or values[0].get("type") != kind or not values[0].get(kind):
        raise GraphError(132012, f"header: Format mismatch, expected {kind.upper()}")
    return {"type": kind, **values[0][kind]}


def _fill(text: str, values: list[dict[str, Any]], where: str, style: str) -> str:
    wanted = list(dict.fromkeys(PLACEHOLDER.findall(text)))
    if len(values) != len(wanted):
        raise GraphError(
            132000,
            f"{where}: number of localizable_params ({len(values)}) does not match "
            f"the expected number of params ({len(wanted)})",
        )
    if style == "NAMED":
        words = {value.get("parameter_name"): _words(value, where) for value in values}
        if set(words) != set(wanted):
            raise GraphError(132012, f"{where}: Parameter names must be {', '.join(wanted)}")
    else:
        words = {str(number): _words(value, where) for number, value in enumerate(values, 1)}
    return PLACEHOLDER.sub(lambda match: words[match[1]], text)


def _words(value: dict[str, Any], where: str) -> str:
    kind = value.get("type", "text")
    words = value.get("text") if kind == "text" else value.get(kind, {}).get("fallback_value")
    if not isinstance(words, str) or not words:
        raise GraphError(132012, f"{where}: Parameter of type {kind} has no text")
    return words


def _buttons(template: Template, given: list[dict[str, Any]]) -> list[dict[str, str]]:
    parameters = {int(part.get("index", 0)): part.get("parameters") or [] for part in given}
    drawn = [part for part in template["components"] if part["type"] == "BUTTONS"]
    buttons = drawn[0]["buttons"] if drawn else []
    if any(index >= len(buttons) for index in parameters):
        raise GraphError(132012, "buttons: There is no button with this index")
    seen = []
    for index, button in enumerate(buttons):
        own = parameters.get(index, [])
        if PLACEHOLDER.search(button.get("url", "")) and not own:
            raise GraphError(131008, f"buttons: Button at index {index} of type Url requires a parameter")
        value = str((own[0].get("payload") or own[0].get("text")) if own else "")
        seen.append({"type": button["type"], "text": button["text"], "payload": value or button["text"]})
        if button["type"] == "URL":
            seen[-1]["url"] = button["url"].replace("{{1}}", value)
    return seen
