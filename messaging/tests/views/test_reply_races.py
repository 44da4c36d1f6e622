"""Two colleagues who answer the same question at the same moment."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from messaging.models import Message
from messaging.tests.views.conftest import Browser

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 30


def test_only_one_of_two_replies_goes_out_unasked(inside, desk, agent, colleague):
    with inside():
        seen = Message.objects.latest("pk").pk
    browsers = [Browser(Client(), member) for member in (agent, colleague)]
    start = Barrier(len(browsers))

    def reply(browser: Browser) -> str:
        start.wait(PATIENCE)
        answer = browser.do("messages", 1, text="Baik", seen=seen, client_token=str(uuid.uuid4()))
        connection.close()
        return str(answer.content.decode())

    with ThreadPoolExecutor(len(browsers)) as threads:
        answers = list(threads.map(reply, browsers))

    assert sorted("Send yours as well?" in answer for answer in answers) == [False, True]
    with inside():
        assert Message.objects.filter(direction="out").count() == 1
