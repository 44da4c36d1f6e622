import pytest
from django.db import OperationalError

from messaging.models import Channel
from messaging.tests.bodies import envelope, post, text_message

pytestmark = pytest.mark.django_db


@pytest.fixture
def database_away(monkeypatch):
    def fail(*args, **kwargs):
        raise OperationalError("connection refused")

    monkeypatch.setattr(Channel.objects, "filter", fail)


def test_a_webhook_is_told_to_come_again_while_the_database_is_away(client, channel, database_away):
    answer = post(client, channel, envelope(channel, messages=[text_message()]))

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert b"connection refused" not in answer.content
