"""What a member leaves behind: an app whose things belong to members registers here who takes them."""

from typing import Protocol

from helpdesk.accounts.models import Member


class Heir(Protocol):
    def __call__(self, member: Member, *, successor: Member | None, actor: Member | None) -> None: ...


_heirs: list[Heir] = []


def register(heir: Heir) -> Heir:
    """Call `heir` when a member is removed, inside that transaction."""
    _heirs.append(heir)
    return heir


def hand_over(member: Member, *, successor: Member | None, actor: Member | None) -> None:
    for heir in _heirs:
        heir(member, successor=successor, actor=actor)
