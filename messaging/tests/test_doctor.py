from datetime import timedelta

import pytest
from django.test import override_settings
from django.utils import timezone

from helpdesk.accounts.tenancy import workspace_scope
from messaging import doctor
from messaging.actions.deliveries import store_delivery
from messaging.models import Channel, Message, WebhookDelivery
from messaging.tests.actions.test_handover import conversation

pytestmark = pytest.mark.django_db


def said(examination, level):
    return [finding.words for finding in examination() if finding.level == level]


def test_a_paused_channel_is_wrong_and_a_troubled_one_is_to_be_looked_at(channel):
    with workspace_scope(channel.workspace):
        Channel.objects.update(trouble="Quality is low.")
    assert said(doctor.channels_work, "look") == ["Channel “Main” of eagle: Quality is low."]

    with workspace_scope(channel.workspace):
        Channel.objects.update(status="paused", trouble="The token expired.")
    assert said(doctor.channels_work, "wrong") == ["Channel “Main” of eagle is paused: The token expired."]


@override_settings(SECRET_KEY="another key of more than thirty-two characters")
def test_credentials_of_an_earlier_key_are_wrong(channel):
    with override_settings(SECRET_KEY="the key that these were encrypted with"), workspace_scope(channel.workspace):
        channel.save()

    assert said(doctor.channels_work, "wrong") == ["Channel “Main” of eagle: its credentials cannot be read."]


def test_deliveries_that_wait_or_failed_are_told(channel):
    with workspace_scope(channel.workspace):
        late, failed = (store_delivery(channel, b"{}", headers={}) for _ in range(2))
        WebhookDelivery.objects.filter(pk=late.pk).update(received_at=timezone.now() - timedelta(minutes=2))
        WebhookDelivery.objects.filter(pk=failed.pk).update(state="failed")

    assert said(doctor.webhooks_are_handled, "wrong") == ["1 deliveries wait longer than a minute."]
    assert said(doctor.webhooks_are_handled, "look") == ["1 deliveries failed."]


def test_messages_that_are_stuck_or_in_doubt_are_told(channel, agent):
    long_ago = timezone.now() - timedelta(hours=1)
    with workspace_scope(channel.workspace):
        parent = conversation(channel, agent, 1)
        for state in ("queued", "sending", "unconfirmed", "sent"):
            Message.objects.create(
                workspace=channel.workspace,
                conversation=parent,
                channel=channel,
                direction="out",
                kind="text",
                origin="agent",
                state=state,
                provider_time=long_ago,
                send_after=long_ago,
                attempted_at=long_ago,
            )

    assert said(doctor.messages_go_out, "wrong") == [
        "1 messages have been on their way for minutes.",
        "1 messages should have gone out by now.",
    ]
    assert said(doctor.messages_go_out, "look") == ["1 messages may not have been sent."]


def test_the_queue_of_a_paused_channel_is_not_late(channel, agent):
    with workspace_scope(channel.workspace):
        Channel.objects.update(status="paused")
        Message.objects.create(
            workspace=channel.workspace,
            conversation=conversation(channel, agent, 1),
            channel=channel,
            direction="out",
            kind="text",
            origin="agent",
            state="queued",
            provider_time=timezone.now(),
            send_after=timezone.now() - timedelta(hours=1),
        )

    assert said(doctor.messages_go_out, "wrong") == []
