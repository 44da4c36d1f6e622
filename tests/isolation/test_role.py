"""The walls hold only for a role that cannot step over them: no process serves with another one."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from conftest import as_owner
from helpdesk.accounts.tenancy import workspace_scope
from helpdesk.postgres.cluster import SUPERUSER
from messaging.models import Contact

SERVING = {
    "pages": [sys.executable, "-c", "import helpdesk.wsgi"],
    "worker": [sys.executable, "manage.py", "worker"],
    "stream": [sys.executable, "-c", "import asyncio, helpdesk.asgi as a; asyncio.run(a.stream_application.start())"],
}


@pytest.mark.parametrize("program", SERVING)
def test_nothing_serves_as_the_owner_of_the_tables(program):
    environment = {**os.environ, "DATABASE_URL": os.environ["DATABASE_OWNER_URL"]}

    ended = subprocess.run(
        SERVING[program],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode != 0
    assert "DATABASE_URL must use the application role: helpdesk_owner" in ended.stderr


@pytest.mark.parametrize("trait", ["SUPERUSER", "BYPASSRLS"])
@pytest.mark.parametrize("program", SERVING)
def test_nothing_serves_with_a_role_that_ignores_the_walls(program, trait, superuser):
    superuser.execute(f"CREATE ROLE mighty LOGIN {trait} IN ROLE helpdesk_app")
    environment = {
        **os.environ,
        "DATABASE_URL": os.environ["DATABASE_URL"].replace("helpdesk_app@", "mighty@", 1),
    }

    ended = subprocess.run(
        SERVING[program],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode != 0
    assert "DATABASE_URL must use the application role: mighty" in ended.stderr


@pytest.mark.django_db(transaction=True)
def test_the_bug_would_show(workspace, other_workspace):
    """The control: what a process with the owner's role would see without any scope."""
    for each in (workspace, other_workspace):
        with workspace_scope(each):
            Contact.objects.create(workspace=each, name=each.slug)

    with as_owner() as owner:
        seen = owner.execute("SELECT count(*) FROM messaging_contact").fetchone()

    assert seen == (2,)
    assert Contact.objects.count() == 0


@pytest.fixture
def superuser():
    """The cluster's own administrator; leaves no role behind."""
    with as_owner("postgres", user=SUPERUSER) as found:
        yield found
        found.execute("DROP ROLE IF EXISTS mighty")
