"""Makes what the scripts say that is not there yet; a second time there is nothing to make."""

import io
import secrets

from helpdesk.accounts.actions.members import add_member
from helpdesk.accounts.actions.workspaces import create_workspace
from helpdesk.accounts.models import Member, Workspace
from helpdesk.accounts.tenancy import workspace_scope
from helpdesk.files.actions.intake import accept
from helpdesk.files.models import StoredFile
from messaging.actions.channels import create_channel
from messaging.demo.attachments import attachment
from messaging.demo.play import Player
from messaging.demo.script import Script
from messaging.models import Channel, Conversation

MAX_BYTES = 5 * 1024 * 1024


def seed(script: Script) -> bool:
    """Make a workspace with its people, channel and talks; False when it was there. Call outside of transactions."""
    channel = _channel(script)
    with workspace_scope(channel.workspace):
        if Conversation.objects.exists():
            return False
    files = _files(channel.workspace, script)
    with workspace_scope(channel.workspace):
        members = {member.user.email.partition("@")[0]: member for member in Member.objects.with_user()}
        player = Player(channel, members, files)
        for number, talk in enumerate(script.talks):
            player.play(number, talk)
    return True


def _channel(script: Script) -> Channel:
    """Return the channel, in a workspace with its people; what a run that ended too early left out is made."""
    workspace = Workspace.objects.filter(slug=script.slug).first() or create_workspace(**script.workspace)
    with workspace_scope(workspace):
        known = set(Member.objects.values_list("user__email", flat=True))
        for person in script.people:
            if person.email not in known:
                add_member(workspace, email=person.email, name=person.name, role=person.role)
        channel = Channel.objects.select_related("workspace").order_by("pk").first()
        return channel or create_channel(
            workspace,
            actor=None,
            **script.channel,
            phone_number_id=_digits(15),
            waba_id=_digits(15),
            app_secret=secrets.token_hex(16),
            access_token=secrets.token_urlsafe(40),
            verify_token=secrets.token_urlsafe(16),
        )


def _files(workspace: Workspace, script: Script) -> dict[tuple[int, int], StoredFile]:
    """Store the files of the talks, by talk and line; a dead run's are swept like any that nothing refers to."""
    stored = {}
    for number, talk in enumerate(script.talks):
        for place, line in enumerate(talk.lines):
            if line.file:
                content, media_type = attachment(line.file, script.files.get(line.file, []))
                stored[number, place] = accept(
                    workspace.pk,
                    io.BytesIO(content),
                    name=line.file,
                    declared_type=media_type,
                    max_bytes=MAX_BYTES,
                    actor=None,
                )
    return stored


def _digits(count: int) -> str:
    return str(secrets.randbelow(9 * 10 ** (count - 1)) + 10 ** (count - 1))
