"""Scopes, and what the database refuses when the code forgets to ask for one workspace only."""

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.utils import DatabaseError

from conftest import add_channel
from helpdesk.accounts.models import Member, Team, TeamMembership
from helpdesk.accounts.tenancy import (
    ScopeError,
    assert_no_transaction,
    current_workspace_id,
    system_scope,
    workspace_scope,
)
from helpdesk.audit.models import AuditEvent
from messaging.models import Address, Contact, Conversation

pytestmark = pytest.mark.django_db


@pytest.fixture
def contacts(workspace, other_workspace):
    for each in (workspace, other_workspace):
        with workspace_scope(each):
            Contact.objects.create(workspace=each, name=each.slug)


def names():
    return list(Contact.objects.order_by("name").values_list("name", flat=True))


def test_without_a_scope_nothing_is_there(contacts):
    assert names() == []


def test_a_scope_shows_one_workspace(contacts, workspace, other_workspace):
    with workspace_scope(workspace):
        assert names() == ["eagle"]
    with workspace_scope(other_workspace):
        assert names() == ["kopi"]
    assert names() == []


def test_the_same_workspace_may_nest_and_the_outer_scope_stays(contacts, workspace):
    with workspace_scope(workspace):
        with workspace_scope(workspace):
            assert names() == ["eagle"]
        assert names() == ["eagle"]


def test_another_workspace_cannot_be_opened_inside(contacts, workspace, other_workspace):
    with workspace_scope(workspace):
        with pytest.raises(ScopeError), workspace_scope(other_workspace):
            pass
        assert names() == ["eagle"]


def test_a_system_scope_cannot_be_opened_inside_a_workspace(contacts, workspace):
    with workspace_scope(workspace), pytest.raises(ScopeError), system_scope("a look around"):
        pass


def test_a_workspace_inside_the_system_narrows_and_then_widens_again(contacts, workspace):
    with system_scope("a test"):
        assert names() == ["eagle", "kopi"]
        with workspace_scope(workspace):
            assert names() == ["eagle"]
        assert names() == ["eagle", "kopi"]


def test_a_failure_inside_leaves_the_outer_scope_as_it_was(contacts, workspace):
    with system_scope("a test"):
        with pytest.raises(RuntimeError), workspace_scope(workspace):
            raise RuntimeError
        assert names() == ["eagle", "kopi"]
    assert current_workspace_id() is None


def test_a_system_scope_names_its_reason():
    with pytest.raises(ScopeError), system_scope(""):
        pass


@pytest.mark.django_db(transaction=True)
def test_a_pooled_connection_carries_no_scope_over(contacts, workspace):
    with workspace_scope(workspace):
        assert current_workspace_id() == workspace.pk
    assert current_workspace_id() is None
    assert names() == []


@pytest.mark.django_db(transaction=True)
def test_the_network_is_refused_inside_a_scope(workspace):
    assert_no_transaction("a call")
    with workspace_scope(workspace), pytest.raises(ScopeError):
        assert_no_transaction("a call")


def test_a_row_cannot_be_written_into_another_workspace(workspace, other_workspace):
    with pytest.raises(ProgrammingError, match="row-level security"), workspace_scope(workspace):
        Contact.objects.create(workspace=other_workspace, name="smuggled")


def test_a_row_cannot_be_moved_into_another_workspace(contacts, workspace, other_workspace):
    with pytest.raises(ProgrammingError, match="row-level security"), workspace_scope(workspace):
        Contact.objects.update(workspace=other_workspace)


def test_a_reference_across_workspaces_cannot_exist(owner, outsider, workspace):
    with workspace_scope(workspace):
        team = Team.objects.create(workspace=workspace, name="Night")
        with pytest.raises(IntegrityError), transaction.atomic():
            TeamMembership.objects.create(workspace=workspace, team=team, member=outsider)
    with system_scope("a test"), pytest.raises(IntegrityError), transaction.atomic():
        TeamMembership.objects.create(workspace=workspace, team=team, member=outsider)


def test_a_conversation_cannot_hang_on_another_workspaces_address(workspace, other_workspace):
    theirs = add_channel(other_workspace, "9")
    with system_scope("a test"):
        contact = Contact.objects.create(workspace=workspace, name="Ours")
        address = Address.objects.create(workspace=workspace, contact=contact, kind="whatsapp", phone="+628")
        with pytest.raises(IntegrityError), transaction.atomic():
            Conversation.objects.create(
                workspace=workspace,
                number=1,
                contact=contact,
                channel=theirs,
                address=address,
                last_message_at="2026-01-01T00:00Z",
            )


def test_the_audit_log_cannot_be_changed_or_deleted(owner, in_workspace):
    AuditEvent.objects.create(
        workspace=owner.workspace, kind="token.issued", actor_kind="system", subject_kind="member", subject_id=1
    )
    for deed in (AuditEvent.objects.all().delete, lambda: AuditEvent.objects.update(kind="x")):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            deed()
    assert AuditEvent.objects.count() == 1


def test_the_application_role_cannot_truncate_or_drop():
    for statement in ("TRUNCATE messaging_message", "DROP TABLE messaging_message", "CREATE TABLE mine (id int)"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_raw_sql_without_a_filter_sees_one_workspace(owner, outsider, workspace):
    with workspace_scope(workspace), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accounts_member")
        assert cursor.fetchone() == (1,)
    with system_scope("a test"):
        assert Member.objects.count() == 2
