"""The list of planted bugs is whole, and each names a test that is there."""

import re

import pytest
from django.conf import settings

from messaging.tests.planted import BUGS, Bug

LIST = settings.BASE_DIR / "docs" / "planted-bugs.md"
TESTS = settings.BASE_DIR / "messaging" / "tests"


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_planted_bug_is_listed_and_names_a_test(bug: Bug):
    file, *_, name = bug.test.split("::")

    assert f"| {bug.name} | `{bug.test}` |" in LIST.read_text()
    assert re.search(rf"def {re.escape(name.partition('[')[0])}\(", (TESTS / file).read_text())


def test_each_test_sees_one_bug():
    assert len({bug.test for bug in BUGS}) == len({bug.name for bug in BUGS}) == len(BUGS)
