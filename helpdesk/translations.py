"""What people read, gathered from code and templates, kept in `locale/` beside its translations, compiled for Django.

`bin/translate` runs this. It needs no settings and no database. English is what the code says; it has no catalogue.
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("id",)
SOURCES = ("helpdesk", "messaging", "tickets", "templates")
LINE = 120

METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")]
# As `helpdesk.templating` reads them; a template that cannot be read stops the extraction.
JINJA = {"trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true", "silent": "false"}
OPTIONS = {"**.html": JINJA, "**.txt": JINJA}
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


def gather() -> Catalog:
    """Return every sentence of the code and the templates, with the files that say it."""
    found = Catalog()
    for folder in SOURCES:
        extracted = extract_from_dir(
            ROOT / folder, METHODS, OPTIONS, KEYWORDS, ("Translators:",), directory_filter=_is_source
        )
        for name, line, sentence, comments, context in sorted(extracted, key=lambda each: (each[0], each[1])):
            found.add(sentence, locations=[(f"{folder}/{name}", line)], auto_comments=comments, context=context)
    return found


def catalogue(language: str) -> Catalog:
    """Return the translations of a language as they are written down."""
    with _path(language, "po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def compiled(known: Catalog) -> bytes:
    """Return what Django reads."""
    buffer = BytesIO()
    write_mo(buffer, known)
    return buffer.getvalue()


def untranslated(known: Catalog) -> Iterator[Message]:
    """Yield what has no translation yet, or an uncertain one."""
    for message in known:
        forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
        if message.id and (message.fuzzy or not all(forms)):
            yield message


def main() -> int:
    """Bring every language up to date; 1 when something is left to translate."""
    missing = [(language, message) for language in LANGUAGES for message in untranslated(_update(language))]
    for language, message in missing:
        print(f"{language}: not translated: {message.id!r}")
    return 1 if missing else 0


def _update(language: str) -> Catalog:
    """Add what is new, drop what is gone, compile. Files that would say the same are not touched."""
    known = catalogue(language)
    known.update(gather(), no_fuzzy_matching=True, update_creation_date=False)
    buffer = BytesIO()
    write_po(buffer, known, width=LINE, sort_by_file=True, ignore_obsolete=True, include_lineno=False)
    _write(_path(language, "po"), buffer.getvalue().rstrip() + b"\n")
    _write(_path(language, "mo"), compiled(catalogue(language)))
    return known


def _write(path: Path, content: bytes) -> None:
    if not path.exists() or path.read_bytes() != content:
        path.write_bytes(content)
        print(f"wrote {path.relative_to(ROOT)}")


def _path(language: str, suffix: str) -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES" / f"django.{suffix}"


def _is_source(folder: str) -> bool:
    return Path(folder).name not in {"tests", "__pycache__"}


if __name__ == "__main__":
    sys.exit(main())
