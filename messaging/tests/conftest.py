"""The second channel of the workspace, the desk with a customer in it, and tests run once more with a bug planted."""

from collections.abc import Generator
from contextlib import nullcontext
from typing import Any

import pytest
from django.db import connection, transaction

from conftest import add_channel
from messaging.models import Channel, Conversation
from messaging.tests.scenes import write


@pytest.fixture
def sibling(channel: Channel) -> Channel:
    """Another number of the workspace, with the same secret."""
    return add_channel(channel.workspace, "1000002")


@pytest.fixture
def conversation(in_workspace: None, channel: Channel) -> Conversation:
    """A customer has just written."""
    found: Conversation = write(channel).conversation
    return found


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Add each test that a known bug must make fail, once more, with the bug."""
    from messaging.tests.planted import BUGS

    by_test = {bug.test: bug for bug in BUGS}
    for item in list(items):
        bug = by_test.get(item.nodeid.partition("messaging/tests/")[2])
        if bug and isinstance(item, pytest.Function):
            again = pytest.Function.from_parent(
                item.parent,
                name=f"{item.name} planted: {bug.name}",
                callspec=getattr(item, "callspec", None),
                callobj=item.obj,
                fixtureinfo=item._fixtureinfo,
                originalname=item.originalname,
            )
            again.stash[PLANTED] = bug
            items.append(again)


PLANTED = pytest.StashKey[Any]()


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, Any, Any]:
    """With a bug planted, a test must fail."""
    bug = pyfuncitem.stash.get(PLANTED, None)
    if bug is None:
        return (yield)
    undone = transaction.atomic() if connection.in_atomic_block else nullcontext()
    with pytest.MonkeyPatch.context() as monkeypatch:
        bug.plant(monkeypatch)
        with pytest.raises((Exception, pytest.fail.Exception)), undone:
            yield
    return True
