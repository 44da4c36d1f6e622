"""Debian's Chromium, kept quiet, and a page that tells what went wrong in it."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Response

EXECUTABLE = "/usr/bin/chromium"
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)


@contextmanager
def launch(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=list(FLAGS))
    try:
        yield browser
    finally:
        browser.close()


def watched_page(context: BrowserContext) -> tuple[Page, list[str]]:
    """Return a new page and the list of complaints that grows with it: console messages, errors, refused requests."""
    page = context.new_page()
    complaints: list[str] = []

    def hear_answer(answer: Response) -> None:
        if answer.status >= 500:
            complaints.append(f"{answer.status} {answer.url}")

    page.on("console", lambda message: complaints.append(f"console {message.type}: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
    page.on("requestfailed", lambda request: complaints.append(f"failed: {request.url} {request.failure}"))
    page.on("response", hear_answer)
    return page, complaints
