"""Which language a page speaks: the person's, else the workspace's; the browser's while nobody is known."""

import re

import pytest
from django.utils import translation

from conftest import add_channel
from helpdesk.accounts.language import in_workspace_language
from helpdesk.accounts.tenancy import workspace_scope
from messaging.actions.deliveries import store_delivery
from messaging.actions.intake import drain
from messaging.models import Message
from messaging.tests.bodies import envelope

pytestmark = pytest.mark.django_db
INDONESIAN = {"headers": {"Accept-Language": "id-ID,id;q=0.9,en;q=0.5"}}


@pytest.fixture(autouse=True)
def language_is_put_back():
    with translation.override("en"):
        yield


def spoken(response) -> str:
    """The language that the page names, in its root and in its header alike."""
    found = re.search(r'<html lang="([^"]+)"', response.content.decode())
    assert found
    assert response.headers["Content-Language"] == found[1]
    return found[1]


@pytest.mark.parametrize(
    ("wanted", "language", "heading"),
    [("id-ID,id;q=0.9", "id", "Masuk"), ("en-GB", "en", "Sign in"), ("fr", "en", "Sign in"), ("", "en", "Sign in")],
)
def test_the_sign_in_page_speaks_the_language_of_the_browser(client, wanted, language, heading):
    page = client.get("/accounts/login/", headers={"Accept-Language": wanted})

    assert spoken(page) == language
    assert f"<h1>{heading}</h1>" in page.content.decode()


@pytest.mark.parametrize(
    ("own", "workspaces", "language"), [("", "en", "en"), ("", "id", "id"), ("en", "id", "en"), ("id", "en", "id")]
)
def test_a_page_speaks_the_readers_language_else_that_of_the_workspace(client, agent, own, workspaces, language):
    agent.user.language, agent.workspace.language = own, workspaces
    agent.user.save()
    agent.workspace.save()
    client.force_login(agent.user)

    inbox = client.get("/w/eagle/inbox/", headers={"Accept-Language": "id" if language == "en" else "en"})

    assert spoken(inbox) == language


def test_refusals_speak_the_language_of_the_workspace(client, agent):
    agent.workspace.language = "id"
    agent.workspace.save()
    client.force_login(agent.user)

    missing = client.get("/w/eagle/inbox/404/")

    assert (missing.status_code, spoken(missing)) == (404, "id")
    assert "Halaman itu tidak ditemukan" in missing.content.decode()


def test_strangers_errors_speak_the_language_of_the_browser(client):
    assert spoken(client.get("/nowhere/", **INDONESIAN)) == "id"
    assert spoken(client.get("/nowhere/")) == "en"


def test_the_choice_of_workspaces_speaks_the_persons_language(client, agent):
    agent.user.language = "id"
    agent.user.save()
    client.force_login(agent.user)

    assert spoken(client.get("/workspaces/?choose")) == "id"


def test_a_job_speaks_the_language_of_its_workspace(workspace):
    workspace.language = "id"
    workspace.save()

    @in_workspace_language
    def job(workspace_id: int) -> str:
        return translation.gettext("The provider did not answer.")

    assert job(workspace_id=workspace.pk) == "Penyedia tidak menjawab."
    assert translation.get_language() == "en"


def test_what_the_intake_writes_down_is_in_the_language_of_the_workspace(workspace):
    workspace.language = "id"
    workspace.save()
    channel = add_channel(workspace)
    item = {"from": "6281255500140", "id": "wamid.new", "timestamp": "1790000000", "type": "request_welcome"}
    with workspace_scope(workspace):
        store_delivery(channel, envelope(channel, messages=[item]), headers={})

    drain()

    with workspace_scope(workspace):
        assert Message.objects.get(external_id="wamid.new").text == "Membuka chat untuk pertama kali."
