"""Jobs and the transaction that they are stored in."""

from contextlib import suppress

import pytest
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.jobs import enqueue

pytestmark = pytest.mark.django_db(transaction=True)


class Trouble(Exception):
    pass


def store_and_fail():
    with suppress(Trouble), transaction.atomic():
        enqueue("messaging.fetch_media", workspace_id=1, message_id=1)
        raise Trouble


def test_a_job_goes_with_its_transaction():
    store_and_fail()

    assert not ProcrastinateJob.objects.exists()


def test_a_job_goes_with_its_transaction_in_a_worker_too():
    """A worker talks to the queue over connections of its own; what its jobs enqueue is still Django's."""
    with app.replace_connector(app.connector.get_worker_connector()), app.open():
        store_and_fail()

    assert not ProcrastinateJob.objects.exists()
