"""Conversations, messages and contacts for programs: reading."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from helpdesk.accounts.permissions import Permission
from helpdesk.api.auth import calling
from helpdesk.api.paging import Page, page
from messaging.models import Contact, Conversation, Message

router = Router(tags=["conversations"])
BIGINT = 2**63 - 1


class PersonOut(Schema):
    id: int
    name: str


class ConversationOut(Schema):
    number: int
    status: str
    contact: PersonOut
    channel: str
    assignee: PersonOut | None
    last_message_at: datetime
    waiting_since: datetime | None
    window_ends_at: datetime | None


class MediaOut(Schema):
    id: str
    name: str
    type: str
    size: int


class MessageOut(Schema):
    id: int
    external_id: str | None
    direction: str
    kind: str
    text: str
    state: str | None
    provider_time: datetime
    media: MediaOut | None


class AddressOut(Schema):
    kind: str
    phone: str | None
    user_id: str | None
    email: str | None


class ContactOut(Schema):
    id: int
    name: str
    language: str
    blocked: bool
    addresses: list[AddressOut]
    created_at: datetime


@router.get("/workspaces/{workspace}/conversations", response=Page[ConversationOut])
def list_conversations(request: HttpRequest, workspace: str, after: str = "") -> dict[str, Any]:
    """The workspace's conversations, last active first."""
    with calling(request, workspace, Permission.CONVERSATIONS_VIEW) as member:
        rows = Conversation.objects.visible_to(member).with_people()
        return page(request, rows, by="last_message_at", after=after, shape=_conversation)


@router.get("/workspaces/{workspace}/conversations/{number}/messages", response=Page[MessageOut])
def list_messages(request: HttpRequest, workspace: str, number: int, after: str = "") -> dict[str, Any]:
    """A conversation's messages, newest first; notes are marked as internal."""
    with calling(request, workspace, Permission.CONVERSATIONS_VIEW) as member:
        visible = Conversation.objects.visible_to(member)
        conversation = get_object_or_404(visible, number=min(max(number, 0), BIGINT))
        rows = Message.objects.filter(workspace_id=member.workspace_id, conversation=conversation)
        rows = rows.in_thread().exclude(kind=Message.Kind.EVENT).select_related("media")
        return page(request, rows, by="provider_time", after=after, shape=_message)


@router.get("/workspaces/{workspace}/contacts", response=Page[ContactOut])
def list_contacts(request: HttpRequest, workspace: str, after: str = "") -> dict[str, Any]:
    """The workspace's contacts, newest first."""
    with calling(request, workspace, Permission.CONVERSATIONS_VIEW) as member:
        rows = Contact.objects.filter(workspace_id=member.workspace_id).prefetch_related("addresses")
        return page(request, rows, by="created_at", after=after, shape=_contact)


def _conversation(conversation: Conversation) -> dict[str, Any]:
    assignee = conversation.assignee
    return {
        "number": conversation.number,
        "status": conversation.status,
        "contact": {"id": conversation.contact_id, "name": str(conversation.contact)},
        "channel": conversation.channel.name,
        "assignee": {"id": assignee.pk, "name": assignee.name} if assignee else None,
        "last_message_at": conversation.last_message_at,
        "waiting_since": conversation.waiting_since,
        "window_ends_at": conversation.window_ends_at,
    }


def _message(message: Message) -> dict[str, Any]:
    media = None if message.deleted_at else message.media
    return {
        "id": message.pk,
        "external_id": message.external_id,
        "direction": message.direction,
        "kind": message.kind,
        "text": "" if message.deleted_at else message.text,
        "state": message.state or None,
        "provider_time": message.provider_time,
        "media": media
        and {
            "id": str(media.public_id),
            "name": media.name,
            "type": media.sniffed_type,
            "size": media.size,
        },
    }


def _contact(contact: Contact) -> dict[str, Any]:
    return {
        "id": contact.pk,
        "name": contact.name,
        "language": contact.language,
        "blocked": contact.blocked,
        "addresses": [
            {"kind": each.kind, "phone": each.phone, "user_id": each.user_id, "email": each.email}
            for each in contact.addresses.all()
        ],
        "created_at": contact.created_at,
    }
