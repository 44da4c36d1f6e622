"""`_` in templates: translates and escapes as Jinja2's own does, but looks each sentence up once per language."""

from functools import lru_cache
from typing import Any

from django.utils.translation import get_language, gettext
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup


@pass_eval_context
def translate(context: EvalContext, sentence: str, **values: Any) -> str:
    """Return the sentence in the reader's language, with `%(name)s` filled in from `values`."""
    if not values:
        return _plain(get_language(), sentence)
    text = gettext(sentence)
    return (Markup(text) if context.autoescape else text) % values  # noqa: S704 - the sentence is ours, the values are escaped


@lru_cache(maxsize=4096)
def _plain(language: str | None, sentence: str) -> Markup:
    # "%%" is one "%" whether or not there are values, as in Jinja2's own.
    return Markup(gettext(sentence)) % {}  # noqa: S704 - the sentence is ours
