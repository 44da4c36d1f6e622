"""Who wrote: addresses found, made, completed, and joined when two turn out to be one."""

from django.db import transaction
from django.db.models import Q, QuerySet

from helpdesk.accounts.models import Workspace
from messaging.actions.merging import merge_conversations
from messaging.channels.whatsapp.events import Party
from messaging.channels.whatsapp.phones import variants
from messaging.models import Address, Contact


@transaction.atomic
def whatsapp_address(workspace: Workspace, party: Party) -> Address:
    """Return the address of a WhatsApp person, made on first sight together with its contact.

    A phone and a user id that come together are one address: two that were known apart are joined.
    """
    found = list(_matching(workspace, party))
    if not found:
        return _new_address(workspace, party)
    kept = found[0]
    for other in found[1:]:
        join_addresses(kept, gone=other)
    return _completed(kept, party)


@transaction.atomic
def join_addresses(kept: Address, *, gone: Address) -> Address:
    """Make one address of two; conversations of `gone` go over, and a contact left without an address goes away."""
    merge_conversations(kept, gone=gone)
    contact = gone.contact
    gone.delete()
    kept.phone, kept.user_id = kept.phone or gone.phone, kept.user_id or gone.user_id
    kept.save(update_fields=["phone", "user_id"])
    if contact.pk != kept.contact_id and not contact.addresses.exists() and not contact.conversations.exists():
        contact.delete()
    return kept


@transaction.atomic
def change_whatsapp_address(
    workspace: Workspace, *, old: Party, phone: str | None, user_id: str | None
) -> Address | None:
    """Give a person's address a new phone number or user id; None when the person is not known here."""
    found = _matching(workspace, old).first()
    if found is None:
        return None
    for other in _matching(workspace, Party(phone=phone, user_id=user_id)).exclude(pk=found.pk):
        join_addresses(found, gone=other)
    found.phone, found.user_id = phone or found.phone, user_id or (None if phone else found.user_id)
    found.save(update_fields=["phone", "user_id"])
    return found


def learn_user_id(address: Address, user_id: str | None) -> None:
    """The provider named the person's user id in its answer: keep it, and join what was known under it."""
    if user_id and address.user_id != user_id:
        whatsapp_address(address.workspace, Party(phone=address.phone, user_id=user_id))


def _matching(workspace: Workspace, party: Party) -> QuerySet[Address]:
    known = Q()
    if party.phone:
        known |= Q(phone__in=variants(party.phone))
    if party.user_id:
        known |= Q(user_id=party.user_id)
    addresses = Address.objects.filter(workspace=workspace, kind=Address.Kind.WHATSAPP).select_related("contact")
    return addresses.filter(known).order_by("pk") if known else addresses.none()


def _new_address(workspace: Workspace, party: Party) -> Address:
    contact = Contact.objects.create(workspace=workspace, name=party.profile_name[:200] or party.phone or "")
    return Address.objects.create(
        workspace=workspace,
        contact=contact,
        kind=Address.Kind.WHATSAPP,
        phone=party.phone,
        user_id=party.user_id,
        username=party.username[:120],
    )


def _completed(address: Address, party: Party) -> Address:
    """Fill in what this sight of the person adds; what is known of a phone number is never rewritten."""
    changed = []
    for name, value in (("phone", party.phone), ("user_id", party.user_id), ("username", party.username[:120])):
        if value and not getattr(address, name):
            setattr(address, name, value)
            changed.append(name)
    if changed:
        address.save(update_fields=changed)
    contact = address.contact
    if party.profile_name and contact.name in ("", address.phone):
        contact.name = party.profile_name[:200]
        contact.save(update_fields=["name"])
    return address
