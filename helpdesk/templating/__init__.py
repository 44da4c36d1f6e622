"""The Jinja2 environment of every page: escaping, translations, and the filters and globals that templates use."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext, npgettext, pgettext
from jinja2 import Environment, select_autoescape

from helpdesk.templating import people, rich_text, times
from helpdesk.templating.words import translate

FILTERS = {
    "clock": times.clock,
    "day": times.day,
    "day_key": times.day_key,
    "day_start": times.day_start,
    "duration": times.duration,
    "filesize": people.filesize,
    "hue": people.hue,
    "initials": people.initials,
    "linkify": rich_text.linkify,
    "milliseconds": times.milliseconds,
    "moment": times.moment,
    "seconds_since": times.seconds_since,
    "seconds_until": times.seconds_until,
    "time_of_day": times.time_of_day,
    "whatsapp_markup": rich_text.whatsapp_markup,
}
# Macros that a list shows a hundred times and that say the same for the same arguments in every language.
REMEMBERED = {"icon": "ui/icon.html", **dict.fromkeys(("customer", "teammate", "nobody"), "ui/avatar.html")}


def environment(**options: Any) -> Environment:
    """Build the environment that Django's Jinja2 backend renders with."""
    options.update(trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.i18n"])
    # Plain-text mail must not show "&amp;"; everything else is HTML.
    options.pop("autoescape", None)
    env = Environment(autoescape=select_autoescape(disabled_extensions=("txt",), default=True), **options)
    env.install_gettext_callables(  # type: ignore[attr-defined]  # added by the i18n extension
        gettext, ngettext, newstyle=True, pgettext=pgettext, npgettext=npgettext
    )
    env.filters.update(FILTERS)
    env.globals.update(url=url, static=static, icon_href=icon_href, get_messages=get_messages)
    env.globals.update(_=translate, get_language=get_language)
    env.globals.update({name: _remembered(env, template, name) for name, template in REMEMBERED.items()})
    return env


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """Return the address of a named page."""
    return reverse(name, args=args, kwargs=kwargs)


@lru_cache
def icon_href(name: str) -> str:
    """Return the address of one symbol in the icon sprite."""
    return f"{static('icons/icons.svg')}#{name}"


def _remembered(env: Environment, template: str, name: str) -> Callable[..., str]:
    def render(*args: Any, **kwargs: Any) -> str:
        return getattr(env.get_template(template).module, name)(*args, **kwargs)

    return render if settings.DEBUG else lru_cache(maxsize=8192)(render)
