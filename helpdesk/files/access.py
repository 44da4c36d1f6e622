"""Who may see a file: what it hangs on decides, and registers its say here when its app starts."""

from collections.abc import Callable

from helpdesk.accounts.models import Member
from helpdesk.accounts.permissions import Permission
from helpdesk.files.models import StoredFile

Check = Callable[[Member, StoredFile], bool | None]

_checks: list[Check] = []


def register(check: Check) -> Check:
    """Ask `check` about every file: True or False when it hangs on something of its own, otherwise None."""
    _checks.append(check)
    return check


def may_see(member: Member, file: StoredFile) -> bool:
    """Whether the member may see a file of their workspace; one way to it is enough. Call inside the scope.

    A file that hangs on nothing yet is its uploader's alone.
    """
    answers = {check(member, file) for check in _checks} - {None}
    if answers:
        return True in answers
    if file.owner_id is not None and file.owner_id != member.pk and file.is_unattached:
        return False
    return member.may(Permission.CONVERSATIONS_VIEW)
