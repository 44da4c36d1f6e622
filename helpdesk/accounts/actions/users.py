"""People who can sign in."""

from collections.abc import Callable

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.accounts.models import User
from helpdesk.errors import RuleViolation


@transaction.atomic
def user_for(email: str, *, name: str = "", password: str | None = None) -> User:
    """Return the user with this e-mail address, made when it is unknown.

    A new user without a password sets one by mail. Somebody who has an account keeps their password.
    """
    email = email.strip().lower()
    _check(validate_email, email)
    known = User.objects.filter(email=email).first()
    if known and password:
        raise RuleViolation(_("%(email)s has an account already, with a password of their own.") % {"email": email})
    if known:
        return known
    user = User(email=email, name=name.strip()[:120])
    if password:
        _check(validate_password, password, user)
    made = {"name": user.name, "password": make_password(password)}
    return User.objects.get_or_create(email=email, defaults=made)[0]


def make_staff(user: User, *, is_staff: bool = True) -> User:
    """Let a user into the Django admin, or no longer."""
    user.is_staff = is_staff
    user.save(update_fields=["is_staff"])
    return user


def _check(validate: Callable[..., None], *values: object) -> None:
    try:
        validate(*values)
    except ValidationError as error:
        raise RuleViolation(" ".join(error.messages)) from error
