"""Signing in and out is Django's and allauth's doing; their signals are the only way to hear of it."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from helpdesk.accounts.actions.sessions import record_sign_in, record_sign_out
from helpdesk.accounts.models import User


@receiver(user_logged_in, dispatch_uid="helpdesk.signed_in")
def signed_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    record_sign_in(user, ip=request.META.get("REMOTE_ADDR"))


@receiver(user_logged_out, dispatch_uid="helpdesk.signed_out")
def signed_out(request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        record_sign_out(user, ip=request.META.get("REMOTE_ADDR"))
