"""How logs are written: for people, or as one JSON object a line for machines; without what customers wrote."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import psycopg
from django.db import Error


class TextFormatter(logging.Formatter):
    """Formats a record as a line, and a traceback without the rows that a database's error quotes."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the name is Python's
        text = super().formatException(ei)
        for error in _chain(ei[1]):
            if isinstance(error, psycopg.Error | Error):
                text = text.replace(str(error), str(error).partition("\n")[0])
        return text


class JsonFormatter(TextFormatter):
    """Formats a record as JSON with time, level, logger, message and, when there is one, the traceback."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": self.formatTime(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and those that led to it."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
