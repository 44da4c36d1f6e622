"""Sign-ins and sign-outs, told to every workspace of the person."""

from helpdesk.accounts.models import Member, User
from helpdesk.accounts.tenancy import system_scope
from helpdesk.audit.kinds import EventKind
from helpdesk.audit.record import origin_ip, record


def record_sign_in(user: User, *, ip: str | None) -> None:
    _record(user, EventKind.SIGNED_IN, ip)


def record_sign_out(user: User, *, ip: str | None) -> None:
    _record(user, EventKind.SIGNED_OUT, ip)


def _record(user: User, kind: EventKind, ip: str | None) -> None:
    before = origin_ip.set(ip)
    try:
        with system_scope("the audit logs of all workspaces of one person"):
            for member in Member.objects.active().with_user().filter(user=user).order_by("pk"):
                record(member, kind, actor=member)
    finally:
        origin_ip.reset(before)
