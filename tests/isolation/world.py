"""A workspace with one of everything, and the means to see whether anything in it changed."""

import hashlib
import uuid
from typing import Any

from django.db import connection
from django.utils import timezone

from helpdesk.accounts.catalogue import tenant_tables
from helpdesk.accounts.models import Member, Workspace
from helpdesk.accounts.tenancy import system_scope, workspace_scope
from helpdesk.files.models import StoredFile
from messaging.actions.inbound import receive_message
from messaging.actions.replies import write_note
from messaging.channels.whatsapp import events
from messaging.models import Channel, Message

CANARY = "canary-7f3a"


def furnish(workspace: Workspace, channel: Channel, member: Member) -> dict[str, Any]:
    """Fill a workspace, its canary in every text; return the values that its addresses are made of."""
    with workspace_scope(workspace):
        message = receive_message(
            channel,
            events.InboundMessage(
                external_id=f"wamid.{uuid.uuid4().hex}",
                kind=events.Kind.TEXT,
                text=f"{CANARY} message",
                sender=events.Party(phone="+628125550140", profile_name=f"{CANARY} name"),
                provider_time=timezone.now(),
            ),
            received_at=timezone.now(),
        )
        assert message is not None
        write_note(message.conversation, actor=member, text=f"{CANARY} note")
        file = StoredFile.objects.create(
            workspace=workspace,
            state="stored",
            key=f"w/{workspace.pk}/2026/{uuid.uuid4()}",
            name=f"{CANARY}.txt",
            size=1,
            sha256="0" * 64,
        )
        Message.objects.filter(pk=message.pk).update(media=file, media_state="stored")
        return {
            "workspace": workspace.slug,
            "number": message.conversation.number,
            "message": message.pk,
            "public_id": file.public_id,
        }


def checksums() -> dict[str, str]:
    """Return a digest of every tenant table; live events are left out, they say nothing by themselves."""
    found = {}
    with system_scope("compare before and after"), connection.cursor() as cursor:
        for table in sorted(tenant_tables()):
            cursor.execute(f"SELECT string_agg(t::text, '|' ORDER BY t.id) FROM {table} t")
            (rows,) = cursor.fetchone()
            found[table] = hashlib.sha256((rows or "").encode()).hexdigest()
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        found["jobs"] = str(cursor.fetchone()[0])
    return found
