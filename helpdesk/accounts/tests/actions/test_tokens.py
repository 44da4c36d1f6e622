import pytest

from helpdesk.accounts import tokens
from helpdesk.accounts.actions.members import remove_member
from helpdesk.accounts.actions.tokens import issue_token
from helpdesk.audit.models import AuditEvent
from helpdesk.errors import RuleViolation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_workspace")]


def test_a_token_speaks_as_its_member_and_is_audited_without_its_text(agent):
    token = issue_token(agent, minutes=5, actor=agent)

    assert tokens.read(token) == (agent.workspace_id, agent.pk)
    event = AuditEvent.objects.get()
    assert (event.kind, event.actor_name, event.data) == ("token.issued", "Dewi Lestari", {"minutes": 5})


@pytest.mark.parametrize("minutes", [0, -1, 31 * 24 * 60 + 1])
def test_a_token_of_no_or_endless_length_is_refused(agent, minutes):
    with pytest.raises(RuleViolation, match="44640"):
        issue_token(agent, minutes=minutes, actor=None)

    assert not AuditEvent.objects.exists()


def test_who_does_not_work_here_gets_no_token(owner, agent):
    gone = remove_member(agent, actor=owner)

    with pytest.raises(RuleViolation, match="any more"):
        issue_token(gone, minutes=5, actor=None)
