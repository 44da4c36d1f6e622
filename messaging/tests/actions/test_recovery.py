from datetime import timedelta

import pytest
from django.utils import timezone

from conftest import add_channel, add_member
from helpdesk.accounts.permissions import Role
from helpdesk.accounts.tenancy import workspace_scope
from messaging.actions.recovery import recover_all
from messaging.actions.replies import send_text
from messaging.models import Message
from messaging.tests.scenes import claimed, fresh, write

pytestmark = pytest.mark.django_db


def test_what_dead_senders_left_is_settled_in_every_workspace(workspace, other_workspace):
    left = []
    for number, each in enumerate((workspace, other_workspace)):
        member = add_member(each, f"agent{number}@example.com", "An Agent", Role.AGENT)
        channel = add_channel(each)
        with workspace_scope(each):
            message = claimed(send_text(write(channel).conversation, actor=member, text="Baik"))
            Message.objects.filter(pk=message.pk).update(attempted_at=timezone.now() - timedelta(minutes=3))
            left.append(message)

    recover_all()

    for message in left:
        with workspace_scope(message.workspace_id):
            assert fresh(message).state == "unconfirmed"
