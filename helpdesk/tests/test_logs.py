"""What is written to the log: the trouble, and nothing of what a customer wrote."""

import json
import logging
import sys
from logging.config import DictConfigurator

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from helpdesk.accounts.tenancy import workspace_scope
from messaging.models import Contact

pytestmark = pytest.mark.django_db
CANARY = "Saya sakit\nkepala"


class TroubleAround(Exception):
    pass


def refused_row(workspace):
    """Return the error of a row that the database refuses; its text quotes the whole row."""
    try:
        with workspace_scope(workspace), transaction.atomic():
            Contact.objects.create(workspace_id=workspace.pk, name=CANARY, language=None)
    except IntegrityError as error:
        try:
            raise TroubleAround("around it") from error
        except TroubleAround:
            return sys.exc_info()
    raise AssertionError("the row was taken")


@pytest.mark.parametrize("name", ["text", "json"])
def test_a_refused_row_is_not_quoted(workspace, name):
    formatters = DictConfigurator(settings.LOGGING)
    formatter = formatters.configure_formatter(settings.LOGGING["formatters"][name].copy())
    error = refused_row(workspace)
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "item %s failed", (7,), error)

    written = formatter.format(record)

    assert "item 7 failed" in written
    assert 'null value in column "language"' in written.replace("\\", "")
    assert "TroubleAround: around it" in written
    assert "kepala" not in written
    assert name == "text" or json.loads(written)["level"] == "ERROR"
