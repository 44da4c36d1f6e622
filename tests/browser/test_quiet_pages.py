"""Every page is silent in the console and asks no other site for anything."""

import pytest

from tests.browser.chromium import watched_page
from tests.conftest import EMAIL

pytestmark = pytest.mark.browser
FOR_ALL = [
    "/accounts/login/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/1-x/",
    "/accounts/signup/",
    "/api/v1/docs",
    "/simulator/",
    "/nowhere/",
]
FOR_MEMBERS = ["/workspaces/?choose", "/accounts/password/change/", "/accounts/logout/", "/w/x/inbox/"]
FOR_STAFF = ["", "messaging/message/", "messaging/channel/", "accounts/user/", "procrastinate/procrastinatejob/"]
# What the browser itself says of a page that is not there, or of a form with a password alone.
EXPECTED = ("Failed to load resource: the server responded with a status of 404", "[DOM] Password forms should have")


def visit(page, complaints, desk, addresses):
    for address in addresses:
        page.goto(f"{desk.url}{address}", wait_until="networkidle" if address == "/api/v1/docs" else "load")
        page.wait_for_timeout(150)
    return [line for line in complaints if not any(words in line for words in EXPECTED)]


def test_pages_for_everybody(desk, browser):
    page, complaints = watched_page(browser.new_context())

    assert visit(page, complaints, desk, FOR_ALL) == []

    page.goto(f"{desk.url}/api/v1/docs")
    page.locator(".opblock-summary").first.wait_for()


def test_pages_for_members(desk, agent):
    page, complaints = agent
    page.goto("about:blank")
    complaints.clear()

    assert visit(page, complaints, desk, FOR_MEMBERS) == []


def test_pages_for_staff(desk, agent):
    page, complaints = agent
    desk.product.manage("make_staff", EMAIL, "--json")
    page.goto("about:blank")
    complaints.clear()

    assert visit(page, complaints, desk, [f"/admin/{address}" for address in FOR_STAFF]) == []
