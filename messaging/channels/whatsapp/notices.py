"""What concerns the account, its numbers and its templates instead of a conversation."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from .events import AccountNotice, Event, TemplateChanged
from .problems import provider_error
from .reading import identifier, line, mapping, text
from .source import Source

_LONGEST = 1_000
_MOST_FACTS = 100

TEMPLATE_FIELDS = frozenset(
    {
        "message_template_status_update",
        "message_template_quality_update",
        "message_template_components_update",
        "template_category_update",
        "template_correct_category_detection",
    }
)

# Fields that Meta documents and that only tell: what to call them.
NOTICE_FIELDS = {
    "account_alerts": gettext_noop("Account alert"),
    "account_review_update": gettext_noop("Account review"),
    "account_settings_update": gettext_noop("Number settings"),
    "account_update": gettext_noop("Account"),
    "business_capability_update": gettext_noop("Account limits"),
    "business_status_update": gettext_noop("Business status"),
    "business_username_update": gettext_noop("Business username"),
    "flows": gettext_noop("Flow"),
    "group_lifecycle_update": gettext_noop("Group"),
    "group_participants_update": gettext_noop("Group members"),
    "group_settings_update": gettext_noop("Group settings"),
    "group_status_update": gettext_noop("Group status"),
    "history": gettext_noop("Chat history"),
    "partner_solutions": gettext_noop("Partner solution"),
    "payment_configuration_update": gettext_noop("Payment configuration"),
    "phone_number_name_update": gettext_noop("Display name"),
    "phone_number_quality_update": gettext_noop("Number quality"),
    "phone_number_username_update": gettext_noop("Business username"),
    "security": gettext_noop("Security"),
    "smb_app_state_sync": gettext_noop("Address book"),
}

_ALARMING = frozenset(
    {
        "ACCOUNT_DELETED",
        "ACCOUNT_OFFBOARDED",
        "ACCOUNT_RESTRICTION",
        "ACCOUNT_VIOLATION",
        "BANNED",
        "CRITICAL",
        "DEFERRED",
        "DISABLE",
        "DISABLED",
        "DISABLED_UPDATE",
        "DOWNGRADE",
        "FLAGGED",
        "PARTNER_APP_UNINSTALLED",
        "PARTNER_REMOVED",
        "REJECTED",
        "WARNING",
    }
)


def value_error(source: Source, error: dict[str, Any]) -> Iterator[Event]:
    """One of a value's `errors[]`: trouble of the app or the account, not of a message."""
    found = provider_error(error)
    shown = found.text or _("The provider reported an error without saying which.")
    yield AccountNotice(field="errors", text=shown, code=found.code, is_alert=True, payload=error, **source.stamp)


def notice(source: Source, field: str, value: dict[str, Any]) -> Iterator[Event]:
    """A field that only tells."""
    facts = list(islice(_facts(value), _MOST_FACTS))
    shown = ": ".join(filter(None, [_(NOTICE_FIELDS[field]), "; ".join(" ".join(fact).strip() for fact in facts)]))
    is_alert = any(said.upper() in _ALARMING for _name, said in facts)
    yield AccountNotice(field=field, text=shown[:_LONGEST], is_alert=is_alert, payload=value, **source.stamp)


def group(source: Source, item: dict[str, Any]) -> Iterator[Event]:
    """One of `groups[]`: the Groups API tells about a group."""
    shown = line(item.get("subject")) or line(item.get("type")).replace("_", " ")
    yield AccountNotice(field=line(item.get("type")) or "groups", text=shown, payload=item, **source.stamp)


def template(source: Source, field: str, value: dict[str, Any]) -> Iterator[Event]:
    """A template was reviewed, rated, rewritten or moved to another category."""
    info = [mapping(value.get(key)) for key in ("rejection_info", "other_info", "disable_info")]
    told = [text(part.get(key)) for part in info for key in ("reason", "title", "description", "disable_date")]
    reason = line(value.get("reason"))
    yield TemplateChanged(
        field=field,
        template_id=identifier(value.get("message_template_id")),
        name=line(value.get("message_template_name")),
        language=line(value.get("message_template_language")),
        status=line(value.get("event")).upper() if field == "message_template_status_update" else "",
        category=line(value.get("new_category") or value.get("message_template_category")).upper(),
        quality=line(value.get("new_quality_score")).upper(),
        reason=": ".join(filter(None, ["" if reason == "NONE" else reason, *told]))[:_LONGEST],
        **source.stamp,
    )


def _facts(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """The scalars of a nested value with their names, in their order."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _facts(item, key.replace("_", " "))
    elif isinstance(value, list):
        for item in value:
            yield from _facts(item, name)
    elif (said := line(value)) and name != "messaging product":
        yield name, said
