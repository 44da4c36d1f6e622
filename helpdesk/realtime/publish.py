"""The one door for live updates: an event row in the caller's transaction, and a wake-up call after its commit."""

from helpdesk.realtime.models import Event


def publish(workspace_id: int, kind: str, subject_id: int, part_id: int | None = None) -> None:
    """Tell open pages of a workspace that `subject_id` (and its part) changed. Call inside the changing transaction."""
    Event.objects.create(workspace_id=workspace_id, kind=kind, subject_id=subject_id, part_id=part_id)
