import pytest

from helpdesk.accounts.actions.members import (
    add_member,
    change_role,
    may_add,
    may_change_role,
    may_remove,
    remove_member,
)
from helpdesk.accounts.models import Member, Team, TeamMembership, User
from helpdesk.accounts.permissions import Role
from helpdesk.accounts.tenancy import workspace_scope
from helpdesk.audit.models import AuditEvent
from helpdesk.errors import RuleViolation
from helpdesk.realtime.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_workspace")]


def audited():
    return list(AuditEvent.objects.order_by("id").values_list("kind", "actor_name", "subject_name", "data"))


def test_adding_somebody_unknown_makes_a_user_who_cannot_sign_in_yet(workspace, owner):
    member = add_member(workspace, email=" Budi@Eagle.Example ", name="Budi", role=Role.AGENT, actor=owner)

    user = User.objects.get(email="budi@eagle.example")
    assert (member.user, member.role, user.name, user.has_usable_password()) == (user, "agent", "Budi", False)
    assert audited() == [("member.added", "Oki Owner", "Budi", {"role": "agent"})]


def test_adding_somebody_known_keeps_their_account(workspace):
    known = User.objects.create_user("budi@eagle.example", "their own password", name="Budi")

    member = add_member(workspace, email="budi@eagle.example", name="Somebody else", role=Role.ADMIN)

    assert member.user == known
    known.refresh_from_db()
    assert (known.name, known.check_password("their own password")) == ("Budi", True)


def test_a_password_of_somebody_known_is_not_replaced(workspace):
    known = User.objects.create_user("budi@eagle.example", "their own password")

    with pytest.raises(RuleViolation, match="account already"):
        add_member(workspace, email=known.email, role=Role.AGENT, password="another long password")

    known.refresh_from_db()
    assert known.check_password("their own password")
    assert not Member.objects.exists()


@pytest.mark.parametrize(
    "fields", [{"email": "budi"}, {"password": "short"}, {"role": "king"}, {"email": "dewi@eagle.example"}]
)
def test_what_cannot_be_a_member_is_refused(workspace, agent, fields):
    wanted = {"email": "budi@eagle.example", "role": Role.AGENT, **fields}

    with pytest.raises(RuleViolation):
        add_member(workspace, **wanted)

    assert list(Member.objects.all()) == [agent]
    assert audited() == []


def test_somebody_removed_comes_back_as_the_same_member(workspace, owner, agent):
    remove_member(agent, actor=owner)

    back = add_member(workspace, email=agent.user.email, role=Role.ADMIN, actor=owner)

    assert (back.pk, back.role, back.removed_at) == (agent.pk, "admin", None)


def test_a_changed_role_is_audited_and_open_pages_hear_of_it(owner, agent):
    change_role(agent, actor=owner, role=Role.ADMIN)

    agent.refresh_from_db()
    assert agent.role == "admin"
    assert audited() == [("member.role_changed", "Oki Owner", "Dewi Lestari", {"before": "agent", "role": "admin"})]
    assert list(Event.objects.values_list("kind", "subject_id")) == [("member", agent.pk)]


def test_the_same_role_again_changes_nothing(owner):
    change_role(owner, actor=owner, role=Role.OWNER)

    assert audited() == []


@pytest.mark.parametrize("end", [lambda owner: change_role(owner, actor=owner, role=Role.ADMIN), None])
def test_the_last_owner_stays(workspace, owner, admin, end):
    second = add_member(workspace, email="second@eagle.example", role=Role.OWNER)
    User.objects.filter(pk=second.user_id).update(is_active=False)
    before = audited()

    with pytest.raises(RuleViolation, match="last owner"):
        (end or (lambda owner: remove_member(owner, actor=admin)))(owner)

    owner.refresh_from_db()
    assert (owner.role, owner.removed_at) == ("owner", None)
    assert audited() == before


def test_one_of_two_owners_may_go(workspace, owner):
    second = add_member(workspace, email="second@eagle.example", role=Role.OWNER)

    remove_member(owner, actor=second)

    with pytest.raises(RuleViolation, match="last owner"):
        remove_member(second, actor=None)


def test_a_removed_member_leaves_their_teams_and_can_do_nothing(workspace, owner, agent):
    team = Team.objects.create(workspace=workspace, name="Sales")
    TeamMembership.objects.create(workspace=workspace, team=team, member=agent)

    gone = remove_member(agent, actor=owner)

    assert gone.removed_at is not None
    assert not TeamMembership.objects.exists()
    assert audited() == [("member.removed", "Oki Owner", "Dewi Lestari", {"successor": None})]


def test_who_is_gone_cannot_be_removed_or_promoted_again(owner, agent):
    remove_member(agent, actor=owner)
    before = audited()

    for attempt in (
        lambda: remove_member(agent, actor=owner),
        lambda: change_role(agent, actor=owner, role=Role.OWNER),
        lambda: remove_member(owner, actor=owner, successor=agent),
    ):
        with pytest.raises(RuleViolation):
            attempt()

    assert audited() == before


def test_who_may_manage_whom(owner, admin, agent, colleague):
    may = {
        "owner adds owner": may_add(Role.OWNER, owner),
        "admin adds agent": may_add(Role.AGENT, admin),
        "admin adds admin": may_add(Role.ADMIN, admin),
        "agent adds agent": may_add(Role.AGENT, agent),
        "admin removes agent": may_remove(agent, admin),
        "admin removes owner": may_remove(owner, admin),
        "agent leaves": may_remove(agent, agent),
        "agent removes agent": may_remove(colleague, agent),
        "owner promotes": may_change_role(agent, owner),
        "admin promotes": may_change_role(agent, admin),
    }

    assert [name for name, allowed in may.items() if allowed] == [
        "owner adds owner",
        "admin adds agent",
        "admin removes agent",
        "agent leaves",
        "owner promotes",
    ]


def test_a_member_of_another_workspace_manages_nobody_here(agent):
    stranger = Member(workspace_id=agent.workspace_id + 1, user=agent.user, role=Role.OWNER)

    assert not may_change_role(agent, stranger)


def test_two_owners_cannot_demote_each_other_at_once(workspace, owner):
    """Both wait for the team's lock; the rule is asked after it is held, with what is then in the database."""
    second = add_member(workspace, email="second@eagle.example", role=Role.OWNER)
    stale = Member.objects.get(pk=owner.pk)
    change_role(second, actor=owner, role=Role.AGENT)

    with workspace_scope(workspace), pytest.raises(RuleViolation, match="last owner"):
        change_role(stale, actor=second, role=Role.AGENT)
