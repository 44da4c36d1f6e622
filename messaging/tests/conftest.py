"""The second channel of the workspace, and the desk with a customer in it."""

import pytest

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
    return write(channel).conversation
