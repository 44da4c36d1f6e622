import pytest
from django.urls import reverse

from conftest import add_member
from helpdesk.accounts.permissions import Role
from helpdesk.accounts.tenancy import system_scope, workspace_scope
from helpdesk.audit.models import AuditEvent

pytestmark = pytest.mark.django_db


def audited(workspace):
    with workspace_scope(workspace):
        return list(AuditEvent.objects.order_by("id").values_list("kind", "actor_name", "ip"))


def sign_in(client, email):
    return client.post(reverse("account_login"), {"login": email, "password": "a long enough password"})


def test_signing_in_and_out_is_in_the_audit_log(client, workspace, agent):
    sign_in(client, agent.user.email)
    client.post(reverse("account_logout"))

    assert audited(workspace) == [
        ("session.signed_in", "Dewi Lestari", "127.0.0.1"),
        ("session.signed_out", "Dewi Lestari", "127.0.0.1"),
    ]


def test_every_workspace_of_the_person_hears_of_it_and_no_other(client, workspace, agent, other_workspace, outsider):
    with workspace_scope(other_workspace):
        other_workspace_member = agent.__class__.objects.create(
            workspace=other_workspace, user=agent.user, role=Role.AGENT
        )
    add_member(workspace, "budi@eagle.example", "Budi", Role.AGENT)

    sign_in(client, agent.user.email)

    with system_scope("the test looks at all logs"):
        actors = set(AuditEvent.objects.values_list("actor_id", flat=True))
    assert actors == {agent.pk, other_workspace_member.pk}


def test_a_wrong_password_signs_nobody_in(client, workspace, agent):
    client.post(reverse("account_login"), {"login": agent.user.email, "password": "not this one"})

    assert audited(workspace) == []
