"""Workspaces come into being."""

import re
from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.accounts.models import Member, Workspace
from helpdesk.accounts.tenancy import workspace_scope
from helpdesk.audit.kinds import EventKind
from helpdesk.audit.record import record
from helpdesk.errors import RuleViolation

SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@transaction.atomic
def create_workspace(
    slug: str,
    *,
    name: str,
    time_zone: str = "UTC",
    language: str = "en",
    default_region: str = "ID",
    ticket_prefix: str = "T",
    actor: Member | None = None,
) -> Workspace:
    """Make a tenant, empty and without people; `slug` is its part of every address. Opens its scope itself."""
    if not SLUG.fullmatch(slug):
        raise RuleViolation(
            _("The address has 1 to 40 small letters, digits and hyphens, and starts with a letter or digit.")
        )
    if Workspace.objects.filter(slug=slug).exists():
        raise RuleViolation(_("There is a workspace with the address “%(slug)s” already.") % {"slug": slug})
    workspace = Workspace(
        slug=slug,
        name=name.strip(),
        time_zone=time_zone,
        language=language,
        default_region=default_region.upper(),
        ticket_prefix=ticket_prefix,
    )
    _check(workspace)
    workspace.save(force_insert=True)
    with workspace_scope(workspace):
        record(workspace, EventKind.WORKSPACE_CREATED, actor=actor)
    return workspace


def _check(workspace: Workspace) -> None:
    if workspace.time_zone not in available_timezones():
        raise RuleViolation(_("“%(zone)s” is no time zone; one is Asia/Jakarta.") % {"zone": workspace.time_zone})
    if workspace.language not in dict(settings.LANGUAGES):
        raise RuleViolation(
            _("The language is one of these: %(languages)s.") % {"languages": ", ".join(dict(settings.LANGUAGES))}
        )
    try:
        workspace.full_clean(validate_unique=False)
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise RuleViolation(f"{field}: {' '.join(messages)}") from error
