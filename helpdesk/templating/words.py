"""The language of a page, and `_` in templates: it translates and escapes as Jinja2's own does, but looks each sentence
up once per language.
"""

from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext, override
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup


def render_in(
    language: str | None, request: HttpRequest, template: str, context: dict[str, Any], **options: Any
) -> HttpResponse:
    """Render a page in a language, and name it in the header, which Django would fill with the browser's."""
    with override(language):
        response = render(request, template, context, **options)
    if language:
        response.headers["Content-Language"] = language
    return response


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
