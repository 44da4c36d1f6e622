"""Finds what people would read untranslated: text in templates, sentences in code that no gettext function wraps."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from django.template import engines
from jinja2 import nodes

from helpdesk.translations import KEYWORDS, ROOT, SOURCES

WORD = re.compile(r"[^\W\d_]{2,}")
SENTENCE = re.compile(r"[A-Z][a-z]+('\w+)?([ .,:?!…].*)?$", re.DOTALL)
READ_ATTRIBUTES = {"alt", "aria-description", "aria-label", "aria-roledescription", "label", "placeholder", "title"}
ATTRIBUTE = re.compile(r'[\w-]+="[^"]*"')  # a macro that writes some of a tag's attributes
ADDRESS_BLOCKS = {"main"}  # the id that the skip link leads to
KEYS = {"Ctrl"}  # printed on the keyboard
FILLED = "\N{OBJECT REPLACEMENT CHARACTER}"
OPERATORS = {"tests", "migrations", "management", "supervisor"}  # read by whoever runs commands, in English
SPOKEN_BY = {"NotReached", "NotRead", "NotSent", "RuleViolation", "Unknown", "ValidationError", "message_user"}
SPOKEN_AS = {"description", "help_text", "label", "short_description", "text", "verbose_name", "verbose_name_plural"}


def templates() -> list[Path]:
    return sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt"})


def modules() -> list[Path]:
    found = (path for source in SOURCES for path in (ROOT / source).rglob("*.py"))
    return sorted(path for path in found if not OPERATORS & set(path.relative_to(ROOT).parts))


def bare_text(source: str, *, is_html: bool = True) -> list[str]:
    """Return what a template shows without asking for its translation."""
    tree = engines["jinja2"].env.parse(source)  # type: ignore[attr-defined]
    text = "".join(part.data if isinstance(part, nodes.TemplateData) else FILLED for part in _shown(tree))
    page = _Page()
    page.feed(text if is_html else text.replace("<", " "))
    page.close()
    return [*page.found, *_sentences_in(tree)]


def bare_sentences(source: str) -> Iterator[str]:
    """Yield what code says to people, or gives to gettext, in a way that cannot be extracted."""
    for call in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)):
        name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        if name in KEYWORDS or name == "gettext_lazy":
            needed = 2 if "ngettext" in name or "pgettext" in name else 1
            if not all(isinstance(each, ast.Constant) for each in call.args[:needed]):
                yield ast.unparse(call)
            continue
        spoken = [each.value for each in call.keywords if each.arg in SPOKEN_AS]
        spoken += call.args if name in SPOKEN_BY else []
        yield from (ast.unparse(each) for each in spoken if _is_sentence(each))


class _Page(HTMLParser):
    """Collects text and the attributes that are shown or read out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        if set(WORD.findall(ATTRIBUTE.sub("", data))) - KEYS:
            self.found.append(data.strip())

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        is_button = tag == "input" and dict(attributes).get("type") in {"submit", "button", "reset"}
        read = READ_ATTRIBUTES | ({"value"} if is_button else set())
        self.found += [f"{name}={value}" for name, value in attributes if name in read and WORD.search(value or "")]


def _shown(tree: nodes.Node) -> Iterator[nodes.Node]:
    """Yield what is written out, in its order."""
    for node in tree.iter_child_nodes():
        if isinstance(node, nodes.Output):
            yield from node.nodes
        elif not (isinstance(node, nodes.Block) and node.name in ADDRESS_BLOCKS):
            yield from _shown(node)


def _sentences_in(node: nodes.Node) -> Iterator[str]:
    """Yield constants that read like a sentence and are not the argument of a gettext function."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in KEYWORDS:
        children: list[nodes.Node] = [*node.args[1:], *node.kwargs]
    else:
        children = list(node.iter_child_nodes())
    if isinstance(node, nodes.Const) and isinstance(node.value, str) and SENTENCE.match(node.value):
        yield node.value
    for child in children:
        yield from _sentences_in(child)


def _is_sentence(node: ast.expr) -> bool:
    if isinstance(node, ast.JoinedStr):
        text = "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
    else:
        text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
    return bool(SENTENCE.match(text) or WORD.search(text) and " " in text)
