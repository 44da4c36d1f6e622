"""Text that was written and not sent: kept per member and conversation until it is."""

from helpdesk.accounts.models import Member
from messaging.models import Conversation, Draft, Message

TYPED = (Message.Kind.TEXT, Message.Kind.IMAGE, Message.Kind.VIDEO, Message.Kind.DOCUMENT)


def give_text_back(conversation: Conversation, message: Message, *, member: Member | None) -> None:
    """Make the text that a member typed a draft again; templates, buttons and reactions were not typed."""
    if member and message.kind in TYPED:
        keep_as_draft(conversation, member=member, text=message.text)


def keep_as_draft(
    conversation: Conversation, *, member: Member, text: str, kind: Draft.Kind = Draft.Kind.REPLY
) -> None:
    """Give a text back to its writer, behind whatever they have begun meanwhile."""
    if not text:
        return
    draft, created = Draft.objects.get_or_create(
        workspace_id=conversation.workspace_id,
        member=member,
        conversation=conversation,
        kind=kind,
        defaults={"text": text},
    )
    if not created and text not in draft.text:
        draft.text = f"{draft.text}\n{text}".strip()
        draft.save(update_fields=["text", "updated_at"])


def forget_draft(conversation: Conversation, *, member: Member, kind: Draft.Kind) -> None:
    """The text was sent."""
    drafts = Draft.objects.filter(workspace_id=conversation.workspace_id, conversation=conversation)
    drafts.filter(member=member, kind=kind).delete()


def move_drafts(conversation: Conversation, *, into: Conversation) -> None:
    """What was begun in a conversation that becomes part of another goes on there."""
    for draft in Draft.objects.filter(workspace_id=conversation.workspace_id, conversation=conversation):
        keep_as_draft(into, member=draft.member, text=draft.text, kind=Draft.Kind(draft.kind))
