"""The visitor's address in the audit log."""

import pytest

from helpdesk.accounts.tenancy import system_scope
from helpdesk.audit.models import AuditEvent
from helpdesk.audit.record import origin_ip

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("192.0.2.1, 2001:db8::7", "2001:db8::7"),
        ("203.0.113.9, nonsense", "127.0.0.1"),
        ("", "127.0.0.1"),
    ],
)
def test_behind_a_proxy_the_log_has_the_address_that_the_proxy_saw(client, agent, settings, forwarded, address):
    settings.BEHIND_PROXY = True

    told = {"login": "dewi@eagle.example", "password": "a long enough password"}
    client.post("/accounts/login/", told, headers={"X-Forwarded-For": forwarded})

    with system_scope("a test looks at everything"):
        assert AuditEvent.objects.get().ip == address
    assert origin_ip.get() is None
