"""What a message shows of the reactions to it: the last of each side that stands, ours and the customer's."""

from helpdesk.realtime.publish import publish
from messaging.models import Message, ProviderEvent

Reaction = dict[str, str]


def shown_reactions(target: Message) -> list[Reaction]:
    """Return the reactions to a message, by side. Ours count from the moment of writing until they fail."""
    heard = ProviderEvent.objects.filter(
        workspace_id=target.workspace_id,
        channel_id=target.channel_id,
        target=target.external_id or "",
        kind=ProviderEvent.Kind.REACTION,
    ).order_by("provider_time", "id")
    written = Message.objects.filter(
        workspace_id=target.workspace_id,
        conversation=target.conversation_id,
        kind=Message.Kind.REACTION,
        quoted=target,
    ).exclude(state=Message.State.FAILED)
    told = [(event.provider_time, event.side, str(event.value["emoji"])) for event in heard]
    told += written.order_by("id").values_list("provider_time", "direction", "text")
    latest = {side: emoji for _at, side, emoji in sorted(told, key=lambda reaction: reaction[0])}
    return [{"side": side, "emoji": emoji} for side, emoji in sorted(latest.items()) if emoji]


def refresh_reactions(target_id: int) -> None:
    """Show on a message what stands of the reactions to it, after one was written, failed or was taken back."""
    target = Message.objects.select_for_update().get(pk=target_id)
    target.reactions = shown_reactions(target)
    target.save(update_fields=["reactions"])
    publish(target.workspace_id, "message", target.conversation_id, target.pk)
