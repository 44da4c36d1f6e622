"""A conversation's thread as an object: what the page and its parts show of it."""

import uuid
from datetime import datetime
from functools import cached_property

from django.http import QueryDict
from django.urls import reverse

from helpdesk.accounts.models import Member
from helpdesk.pages import decode_key, encode_key
from messaging.actions.replies import may_reply
from messaging.models import Channel, Conversation, Draft, Message
from messaging.models.message import MessageQuerySet

PAGE = 40
EARLIER = 10


class Thread:
    """What one member sees of one conversation. `query` may name the place to read on from and a message to quote."""

    def __init__(self, conversation: Conversation, member: Member, query: QueryDict | None = None):
        self.conversation = conversation
        self.member = member
        self.query = query or QueryDict()
        self.mode = "note" if self.query.get("mode") == "note" else "reply"
        self.client_token = uuid.uuid4()
        self.warning = ""

    @cached_property
    def items(self) -> list[Message]:
        """The newest messages, or those before the place the query names, oldest first."""
        return list(reversed(self._page[:PAGE]))

    @cached_property
    def _page(self) -> list[Message]:
        found = self._messages().order_by("-provider_time", "-id")
        if before := decode_key(self.query.get("before", "")):
            at, pk = before
            found = found.filter(provider_time__lte=at).exclude(provider_time=at, pk__gte=pk)
        return list(found[: PAGE + 1])

    def only(self, message_ids: set[int]) -> "Thread":
        """Narrow the thread to some messages, for a live update."""
        self.items = list(self._messages().filter(pk__in=message_ids).thread_order())
        return self

    @property
    def seen(self) -> int | None:
        """The newest arrival on the page; the last of the thread may have come before another."""
        return max((message.pk for message in self.items), default=None)

    @property
    def older_url(self) -> str:
        if len(self._page) <= PAGE:
            return ""
        first = self.items[0]
        address = reverse("messaging:conversation", args=[self.member.workspace.slug, self.conversation.number])
        return f"{address}?before={encode_key(first.provider_time, first.pk)}"

    @property
    def window_ends_at(self) -> datetime | None:
        return self.conversation.window_ends_at

    @property
    def window_open(self) -> bool:
        return self.conversation.window_is_open

    @property
    def can_reply(self) -> bool:
        is_active = self.conversation.channel.status == Channel.Status.ACTIVE
        return is_active and not self.conversation.contact.blocked and may_reply(self.conversation, self.member)

    @cached_property
    def quoted(self) -> Message | None:
        pk = self.query.get("quote", "")
        return self._messages().filter(pk=int(pk)).first() if pk.isascii() and pk.isdigit() and len(pk) < 19 else None

    @cached_property
    def draft(self) -> str:
        mine = Draft.objects.filter(
            workspace_id=self.member.workspace_id,
            member=self.member,
            conversation=self.conversation,
            kind=Draft.Kind.REPLY,
        )
        return mine.values_list("text", flat=True).first() or ""

    @cached_property
    def members(self) -> list[Member]:
        return list(Member.objects.active().with_user().filter(workspace_id=self.member.workspace_id))

    @cached_property
    def earlier(self) -> list[Conversation]:
        others = Conversation.objects.visible_to(self.member).filter(contact=self.conversation.contact_id)
        return list(others.exclude(pk=self.conversation.pk).order_by("-id")[:EARLIER])

    def _messages(self) -> MessageQuerySet:
        messages = Message.objects.filter(workspace_id=self.conversation.workspace_id, conversation=self.conversation)
        return messages.in_thread().with_parts()
