"""Who wrote: addresses found, made, completed, and joined when two turn out to be one."""

import re

from django.db import transaction
from django.db.models import Q, QuerySet

from helpdesk.accounts.models import Workspace
from messaging.actions.merging import merge_conversations
from messaging.channels.whatsapp.events import Party
from messaging.channels.whatsapp.phones import same_phone, variants
from messaging.models import Address, Contact

NUMBER = re.compile(r"\+?[0-9]*")


@transaction.atomic(savepoint=False)
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
    return _updated(kept, party)


@transaction.atomic(savepoint=False)
def join_addresses(kept: Address, *, gone: Address) -> Address:
    """Make one address of two; conversations of `gone` go over, and a contact left without an address goes away."""
    merge_conversations(kept, gone=gone)
    contact = gone.contact
    gone.delete()
    kept.phone, kept.user_id = kept.phone or gone.phone, kept.user_id or gone.user_id
    kept.save(update_fields=["phone", "user_id"])
    if contact.pk != kept.contact_id and not contact.addresses.exists() and not contact.conversations.exists():
        _take_over(kept.contact, contact)
    return kept


@transaction.atomic(savepoint=False)
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


def name_contact(contact: Contact, name: str) -> None:
    """Take the name that a profile or an address book gives, unless a person here has given another."""
    if name and NUMBER.fullmatch(contact.name):
        contact.name = name[:200]
        contact.save(update_fields=["name"])


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


def _updated(address: Address, party: Party) -> Address:
    """Believe what this sight of the person says: replies must go where it came from.

    The other spelling of a known phone number is not another number: the stored one stays.
    """
    seen = {"user_id": party.user_id, "username": party.username[:120]}
    if not same_phone(party.phone, address.phone):
        seen["phone"] = party.phone
    changed = [name for name, value in seen.items() if value and value != getattr(address, name)]
    for name in changed:
        setattr(address, name, seen[name])
    if changed:
        address.save(update_fields=changed)
    name_contact(address.contact, party.profile_name)
    return address


def _take_over(kept: Contact, gone: Contact) -> None:
    """Keep what was known of a contact who turns out to be another one, and let the row go."""
    name_contact(kept, gone.name)
    kept.language = kept.language or gone.language
    kept.notes = "\n\n".join(filter(None, [kept.notes, gone.notes]))
    kept.attributes = {**gone.attributes, **kept.attributes}
    kept.blocked = kept.blocked or gone.blocked
    kept.marketing_opt_out = kept.marketing_opt_out or gone.marketing_opt_out
    kept.save()
    gone.delete()
