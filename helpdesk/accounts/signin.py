"""How people sign in: allauth's flows with this product's rules and words."""

from typing import Any, ClassVar
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by invitation or by command; nobody signs up alone."""

    error_messages: ClassVar[dict[str, str | Promise]] = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is switched off."),
        "email_password_mismatch": _("The e-mail address or the password is wrong."),
        "enter_current_password": _("This is not your password until now."),
        "incorrect_password": _("This password is wrong."),
        "invalid_password_reset": _("This link no longer works. Ask for a new one."),
        "rate_limited": _("That was too often. Wait a minute and try again."),
        "too_many_login_attempts": _("That was wrong too often. Wait a few minutes and try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Name this installation, whatever host the request named."""
        address = urlsplit(super().get_reset_password_from_key_url(key))
        return f"{settings.PUBLIC_URL}{address.path}"

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count failures by person and address, so that a stranger locks out nobody but themselves."""
        return f"{super()._get_login_attempts_cache_key(request, **credentials)}:{self.get_client_ip(request)}"


def closed(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """Stands before what allauth offers and this product does not."""
    raise Http404
