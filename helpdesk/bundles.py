"""app.css and app.js: many small source files, offered to the browser as one file of each kind.

A finder of Django's staticfiles, so that the development server, WhiteNoise and collectstatic all see the two bundles.
"""

import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import django_htmx
from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

STATIC = Path(settings.BASE_DIR) / "static"
HTMX = Path(django_htmx.__file__).parent / "static/django_htmx/htmx-2.min.js"


def _styles() -> list[Path]:
    # The first line of reset.css declares the order of the layers; after it the order of files means nothing.
    return [STATIC / "css/reset.css", *sorted((STATIC / "css").rglob("*.css"))]


def _scripts() -> list[Path]:
    return [HTMX, *sorted((STATIC / "js").rglob("*.js"))]


BUNDLES = {"app.css": _styles, "app.js": _scripts}


class BundleFinder(BaseFinder):
    """Finds the bundles, building each anew when a source has changed."""

    def __init__(self, *args: Any, **kwargs: Any):
        self.storage = FileSystemStorage(location=settings.DATA_DIR / "bundles")
        super().__init__(*args, **kwargs)

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        found = [str(self._build(path))] if path in BUNDLES else []
        return found if find_all or not found else found[0]

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        for name in BUNDLES:
            self._build(name)
            yield name, self.storage

    def _build(self, name: str) -> Path:
        sources = dict.fromkeys(BUNDLES[name]())
        text = "\n".join(source.read_text(encoding="utf-8") for source in sources)
        target = Path(self.storage.path(name))
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            _replace(target, text)
        return target


def _replace(target: Path, text: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    # Several processes may start at once: none may see half a file.
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=target.parent, delete=False) as file:
        file.write(text)
    os.chmod(file.name, 0o644)
    os.replace(file.name, target)
