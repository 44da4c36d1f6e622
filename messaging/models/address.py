from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.tenancy import TenantModel
from messaging.models.contact import Contact


class Address(TenantModel):
    """One way to reach a contact. On WhatsApp a phone number and a user id are one address; either may be unknown."""

    class Kind(models.TextChoices):
        WHATSAPP = "whatsapp", "WhatsApp"
        EMAIL = "email", _("E-mail")

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="addresses")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    phone = models.CharField(max_length=32, null=True, blank=True)
    user_id = models.CharField(max_length=160, null=True, blank=True)
    username = models.CharField(max_length=120, blank=True)
    email = models.EmailField(max_length=254, null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "addresses"
        constraints = [
            models.UniqueConstraint(fields=["workspace", "kind", "phone"], name="address_phone_unique"),
            models.UniqueConstraint(fields=["workspace", "kind", "user_id"], name="address_user_id_unique"),
            models.UniqueConstraint(fields=["workspace", "kind", "email"], name="address_email_unique"),
            models.CheckConstraint(
                condition=Q(kind="whatsapp", email=None) & (~Q(phone=None) | ~Q(user_id=None))
                | Q(kind="email", phone=None, user_id=None) & ~Q(email=None),
                name="address_has_value",
            ),
        ]

    def __str__(self) -> str:
        return self.display

    @property
    def display(self) -> str:
        """What a person reads: the number in groups, the user name, or the start of the user id."""
        if self.phone:
            return grouped(self.phone)
        if self.username:
            return f"@{self.username}"
        return self.email or (self.user_id or "")[:16]


def grouped(phone: str) -> str:
    """Return `+628125550140` as `+62 812-555-0140`; a number that the plan does not know stays as it is."""
    import phonenumbers

    try:
        return phonenumbers.format_number(phonenumbers.parse(phone), phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    except phonenumbers.NumberParseException:
        return phone
