import pytest

from helpdesk.files import access
from helpdesk.files.access import may_see
from helpdesk.files.models import StoredFile

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def checks(monkeypatch):
    checks: list[access.Check] = []
    monkeypatch.setattr(access, "_checks", checks)
    return checks


@pytest.fixture
def file(in_workspace, workspace, agent):
    return StoredFile.objects.create(workspace=workspace, key="w/1/2026/a", name="a", size=1, sha256="0" * 64)


def own(file, member):
    file.owner = member
    file.save(update_fields=["owner"])
    return file


def test_a_file_from_a_customer_is_every_members(checks, file, agent):
    assert may_see(agent, file)


def test_a_file_that_hangs_on_nothing_is_its_uploaders_alone(checks, file, agent, colleague, owner):
    own(file, agent)

    assert may_see(agent, file)
    assert not may_see(colleague, file)
    assert not may_see(owner, file)


def test_a_file_in_use_is_seen_by_others_too(checks, file, agent, colleague, use):
    own(file, agent)

    use(file)

    assert may_see(colleague, file)


@pytest.mark.parametrize(
    ("answers", "seen"),
    [([None], True), ([False], False), ([True], True), ([None, False], False), ([False, True], True)],
)
def test_what_a_file_hangs_on_decides(checks, file, agent, answers, seen):
    for answer in answers:
        access.register(answering(answer))

    assert may_see(agent, file) is seen


def answering(answer: bool | None) -> access.Check:
    return lambda member, file: answer


def test_a_removed_member_sees_nothing(checks, file, agent):
    agent.removed_at = file.created_at

    assert not may_see(agent, file)
