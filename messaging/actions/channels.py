"""Connecting a workspace to a provider."""

from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.accounts.models import Member, Workspace
from helpdesk.audit.kinds import EventKind
from helpdesk.audit.record import record
from helpdesk.errors import RuleViolation
from messaging.models import Channel

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@transaction.atomic
def create_channel(
    workspace: Workspace,
    *,
    name: str,
    phone_number_id: str,
    app_secret: str,
    access_token: str,
    verify_token: str,
    actor: Member | None,
    kind: str = Channel.Kind.WHATSAPP,
    phone: str = "",
    waba_id: str = "",
    base_url: str = "",
    auth_header: str = "Authorization",
) -> Channel:
    """Connect a provider's number. The credentials are encrypted at rest and shown nowhere again.

    `base_url` names a gateway with Meta's bodies; without one the provider is the installation's.
    """
    secrets = {"app_secret": app_secret, "access_token": access_token, "verify_token": verify_token}
    _check_kind(kind)
    _check_present({"name": name, "phone_number_id": phone_number_id, **secrets})
    _check_address(base_url)
    Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
    known = Channel.objects.filter(workspace=workspace, kind=kind, phone_number_id=phone_number_id).first()
    if known:
        raise RuleViolation(_("This number is connected already, as “%(name)s”.") % {"name": known.name})
    channel = Channel.objects.create(
        workspace=workspace,
        kind=kind,
        name=name.strip(),
        phone=phone,
        phone_number_id=phone_number_id,
        waba_id=waba_id,
        base_url=base_url.rstrip("/"),
        auth_header=auth_header,
        **secrets,
    )
    record(channel, EventKind.CHANNEL_CREATED, actor=actor, phone_number_id=phone_number_id)
    return channel


def _check_kind(kind: str) -> None:
    kinds = Channel.Kind.values
    if kind not in kinds:
        raise RuleViolation(_("A channel is of one of these kinds: %(kinds)s.") % {"kinds": ", ".join(kinds)})


def _check_present(values: dict[str, str]) -> None:
    missing = [name for name, value in values.items() if not value.strip()]
    if missing:
        raise RuleViolation(_("This is missing: %(names)s.") % {"names": ", ".join(missing)})


def _check_address(base_url: str) -> None:
    """Our token goes there with every message: in production only encrypted, or not off this machine."""
    if not base_url:
        return
    parts = urlsplit(base_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise RuleViolation(_("The provider's address must look like https://graph.facebook.com."))
    if settings.PRODUCTION and parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise RuleViolation(_("The provider's address must start with https://: the access token is sent there."))
