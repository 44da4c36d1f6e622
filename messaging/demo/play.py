"""Plays a talk: what customers do goes through the actions of the intake, what we did is written down as it was."""

from dataclasses import replace
from datetime import datetime

from django.db.models import F
from django.utils import timezone

from helpdesk.accounts.models import Member
from helpdesk.audit.kinds import EventKind
from helpdesk.files.models import StoredFile
from messaging.actions.addresses import whatsapp_address
from messaging.actions.inbound import receive_message
from messaging.actions.media import attach_media
from messaging.actions.openings import conversation_for
from messaging.actions.provider_events import record_reaction, record_revoke
from messaging.actions.reactions import refresh_reactions
from messaging.actions.resolution import resolve_conversation
from messaging.actions.timeline import note_event
from messaging.actions.unread import hand_on_unread
from messaging.channels.whatsapp import events
from messaging.demo.past import write_then
from messaging.demo.script import Line, Talk
from messaging.models import Channel, Contact, Conversation, Message
from messaging.simulator.provider.chats import new_wamid


class Player:
    """Plays talks on one channel, inside its workspace's scope. `files` are there already, by talk and line."""

    def __init__(self, channel: Channel, members: dict[str, Member], files: dict[tuple[int, int], StoredFile]):
        self._channel = channel
        self._members = members
        self._files = files
        self._now = timezone.now()
        self._said: dict[str, Message] = {}

    def play(self, number: int, talk: Talk) -> None:
        """Make the talk's conversation, whatever state it ends in."""
        party = events.Party(phone=talk.phone, user_id=talk.user_id, username=talk.username, profile_name=talk.name)
        address = whatsapp_address(self._channel.workspace, party)
        Contact.objects.filter(pk=address.contact_id).update(blocked=talk.blocked, notes=talk.notes)
        began = self._at(talk.lines[0])
        conversation = conversation_for(self._channel, address, at=began)
        self._said = {}
        for place, line in enumerate(talk.lines):
            self._play(conversation, party, line, self._files.get((number, place)))
        self._settle(conversation, talk)
        Message.objects.filter(conversation=conversation).update(created_at=F("provider_time"))
        Conversation.objects.filter(pk=conversation.pk).update(created_at=began, priority=talk.priority)

    def _play(self, conversation: Conversation, party: events.Party, line: Line, file: StoredFile | None) -> None:
        if line.kind == "reaction":
            self._react(conversation, party, line)
        elif line.kind == "deleted":
            self._delete(party, line)
        elif line.by:
            self._remember(line, self._say(conversation, line, file))
        else:
            self._remember(line, self._hear(party, line, file))

    def _hear(self, party: events.Party, line: Line, file: StoredFile | None) -> Message:
        event = events.InboundMessage(
            external_id=new_wamid(),
            kind=events.Kind(line.kind),
            text=line.text,
            payload=line.payload,
            quoted_id=self._id_of(line.quotes),
            provider_time=self._at(line),
            sender=party,
        )
        message = receive_message(self._channel, event, received_at=self._at(line))
        assert message is not None
        if file:
            attach_media(message, file)
        return message

    def _say(self, conversation: Conversation, line: Line, file: StoredFile | None) -> Message:
        quoted = self._said.get(line.quotes)
        return write_then(
            conversation, line, author=self._members[line.by], at=self._at(line), quoted=quoted, file=file
        )

    def _react(self, conversation: Conversation, party: events.Party, line: Line) -> None:
        target = self._said[line.to]
        if line.by:
            self._say(conversation, replace(line, text=line.emoji, quotes=line.to), None)
            refresh_reactions(target.pk)
            return
        event = events.Reaction(
            external_id=new_wamid(),
            target_id=target.external_id or "",
            party=party,
            emoji=line.emoji,
            provider_time=self._at(line),
        )
        record_reaction(self._channel, event, received_at=self._at(line))

    def _delete(self, party: events.Party, line: Line) -> None:
        target = self._id_of(line.to)
        event = events.Revoke(external_id=new_wamid(), target_id=target, party=party, provider_time=self._at(line))
        record_revoke(self._channel, event, received_at=self._at(line))

    def _settle(self, conversation: Conversation, talk: Talk) -> None:
        """Give it to whose it is, and let it sleep or end a while after the last line."""
        rows = Conversation.objects.filter(pk=conversation.pk)
        member = self._members.get(talk.assignee)
        if member:
            rows.update(assignee=member)
            conversation.refresh_from_db()
            hand_on_unread(conversation, actor=None)
        if member and talk.status == Conversation.Status.SNOOZED:
            rows.update(status=talk.status, snoozed_until=self._now + talk.snoozed_for)
            note_event(conversation, EventKind.CONVERSATION_SNOOZED, actor=member)
        elif member and talk.status == Conversation.Status.RESOLVED:
            resolve_conversation(conversation, actor=member)
            rows.update(resolved_at=self._at(talk.lines[-1]))
        lines = Message.objects.filter(conversation=conversation, kind=Message.Kind.EVENT)
        lines.update(provider_time=self._at(talk.lines[-1]))

    def _remember(self, line: Line, message: Message) -> None:
        self._said["last"] = message
        if line.id:
            self._said[line.id] = message

    def _id_of(self, name: str) -> str:
        return (self._said[name].external_id or "") if name else ""

    def _at(self, line: Line) -> datetime:
        return self._now - line.ago
