import pytest

from helpdesk.accounts.actions.workspaces import create_workspace
from helpdesk.accounts.models import Workspace
from helpdesk.accounts.tenancy import workspace_scope
from helpdesk.audit.models import AuditEvent
from helpdesk.errors import RuleViolation

pytestmark = pytest.mark.django_db


def test_a_workspace_is_created_and_audited():
    made = create_workspace("roti-pagi", name="Roti Pagi", time_zone="Asia/Makassar", default_region="id")

    assert (made.slug, made.name, made.time_zone, made.default_region) == (
        "roti-pagi",
        "Roti Pagi",
        "Asia/Makassar",
        "ID",
    )
    with workspace_scope(made):
        event = AuditEvent.objects.get()
    assert (event.kind, event.actor_kind, event.subject_kind, event.subject_id, event.subject_name) == (
        "workspace.created",
        "system",
        "workspace",
        made.pk,
        "Roti Pagi",
    )


@pytest.mark.parametrize(
    ("slug", "fields", "word"),
    [
        ("Roti", {}, "small letters"),
        ("-roti", {}, "small letters"),
        ("r" * 41, {}, "small letters"),
        ("roti", {"name": " "}, "name"),
        ("roti", {"time_zone": "Jakarta"}, "Asia/Jakarta"),
        ("roti", {"language": "xx"}, "en, id"),
        ("roti", {"default_region": "IDN"}, "default_region"),
        ("eagle", {}, "eagle"),
    ],
)
def test_what_cannot_be_a_workspace_is_refused(workspace, slug, fields, word):
    with pytest.raises(RuleViolation, match=word):
        create_workspace(slug, **{"name": "Roti", **fields})

    assert list(Workspace.objects.values_list("slug", flat=True)) == ["eagle"]
