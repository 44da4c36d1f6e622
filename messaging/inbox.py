"""The inbox as an object: which conversations a member asked for, in which order, and how to ask for more."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import OuterRef, Q, Subquery
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from helpdesk.accounts.models import Member
from helpdesk.pages import decode_key, encode_key
from messaging.models import Conversation, Unread
from messaging.models.conversation import ConversationQuerySet

PAGE = 50
COUNT_LIMIT = 1000
TABS = ("mine", "unassigned", "all")
STATUSES = tuple(Conversation.Status.values)


@dataclass(frozen=True, slots=True)
class Row:
    conversation: Conversation
    url: str
    unread: int
    selected: bool


class Inbox:
    """A member's view of the conversations: tab, status and place, as the address says them; nonsense is ignored."""

    def __init__(self, member: Member, query: QueryDict, *, selected: int | None = None):
        self.member = member
        self.slug = member.workspace.slug
        self.tab = query.get("tab", "") if query.get("tab") in TABS else "mine"
        self.status = query.get("status", "") if query.get("status") in STATUSES else Conversation.Status.OPEN
        self.after = decode_key(query.get("after", ""))
        self.selected = selected

    @property
    def conversations(self) -> ConversationQuerySet:
        """All that belong to the tab, in no order."""
        found = Conversation.objects.visible_to(self.member).filter(status=self.status)
        if self.tab == "mine":
            return found.mine(self.member)
        return found.unassigned() if self.tab == "unassigned" else found

    @cached_property
    def page(self) -> list[Conversation]:
        found = self.conversations.with_people().newest_first().annotate(unread_count=_unread(self.member))
        if self.after:
            at, pk = self.after
            found = found.filter(Q(last_message_at__lt=at) | Q(last_message_at=at, pk__lt=pk))
            found = found.filter(last_message_at__lte=at)
        return list(found[: PAGE + 1])

    @property
    def rows(self) -> list[Row]:
        return [self.row(conversation) for conversation in self.page[:PAGE]]

    def rows_of(self, conversation_ids: set[int]) -> tuple[list[Row], list[int]]:
        """Return the rows of these conversations that are in this list, and the numbers of those that are not."""
        found = self.conversations.filter(pk__in=conversation_ids).with_people()
        rows = [self.row(conversation) for conversation in found.annotate(unread_count=_unread(self.member))]
        here = {row.conversation.pk for row in rows}
        gone = Conversation.objects.filter(workspace_id=self.member.workspace_id, pk__in=conversation_ids - here)
        return rows, list(gone.values_list("number", flat=True))

    def row(self, conversation: Conversation) -> Row:
        return Row(
            conversation=conversation,
            url=self._url("messaging:conversation", conversation.number),
            unread=getattr(conversation, "unread_count", None) or 0,
            selected=conversation.number == self.selected,
        )

    @property
    def next_url(self) -> str:
        if len(self.page) <= PAGE:
            return ""
        last = self.page[PAGE - 1]
        return self._url("messaging:inbox", after=encode_key(last.last_message_at, last.pk))

    @property
    def tabs(self) -> list[dict[str, Any]]:
        names = {"mine": _("Mine"), "unassigned": _("Unassigned"), "all": _("All")}
        counts = self._counts()
        return [
            {
                "key": key,
                "label": names[key],
                "count": counts[key],
                "url": f"{reverse('messaging:inbox', args=[self.slug])}?{urlencode({'tab': key})}",
                "current": key == self.tab,
            }
            for key in TABS
        ]

    @property
    def statuses(self) -> list[dict[str, Any]]:
        """Links to the open, snoozed and resolved conversations of the tab."""
        address = reverse("messaging:inbox", args=[self.slug])
        return [
            {
                "label": Conversation.Status(status).label,
                "url": f"{address}?{urlencode({'tab': self.tab, 'status': status})}",
                "current": status == self.status,
            }
            for status in STATUSES
        ]

    def _counts(self) -> dict[str, int]:
        """Open conversations of each tab, counted no further than a thousand."""
        visible = Conversation.objects.visible_to(self.member).open()
        parts = {"mine": visible.mine(self.member), "unassigned": visible.unassigned(), "all": visible}
        return {key: part.order_by()[:COUNT_LIMIT].count() for key, part in parts.items()}

    def _url(self, name: str, *args: int, **query: str) -> str:
        kept = {"tab": self.tab} if self.tab != "mine" else {}
        if self.status != Conversation.Status.OPEN:
            kept["status"] = self.status
        address = reverse(name, args=[self.slug, *args])
        return f"{address}?{urlencode({**kept, **query})}" if kept or query else address


def _unread(member: Member) -> Subquery:
    mine = Unread.objects.filter(workspace_id=member.workspace_id, member=member, conversation=OuterRef("pk"))
    return Subquery(mine.values("count")[:1])
