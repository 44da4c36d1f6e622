"""Text that was written and not sent: kept per member and conversation until it is."""

from helpdesk.accounts.models import Member
from messaging.models import Conversation, Draft


def keep_as_draft(conversation: Conversation, *, member: Member, text: str) -> None:
    """Give a text back to its writer, behind whatever they have begun meanwhile."""
    if not text:
        return
    draft, created = Draft.objects.get_or_create(
        workspace_id=conversation.workspace_id,
        member=member,
        conversation=conversation,
        kind=Draft.Kind.REPLY,
        defaults={"text": text},
    )
    if not created and text not in draft.text:
        draft.text = f"{draft.text}\n{text}".strip()
        draft.save(update_fields=["text", "updated_at"])


def forget_draft(conversation: Conversation, *, member: Member, kind: Draft.Kind) -> None:
    """The text was sent."""
    drafts = Draft.objects.filter(workspace_id=conversation.workspace_id, conversation=conversation)
    drafts.filter(member=member, kind=kind).delete()
