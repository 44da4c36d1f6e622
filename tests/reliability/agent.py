"""An agent at a browser without a screen: signs in, opens pages, posts forms with their one-time keys."""

import re
import uuid
from typing import Any

import httpx


class Agent:
    """One signed-in person over HTTP."""

    def __init__(self, url: str, email: str, password: str):
        self.client = httpx.Client(base_url=url, timeout=30, follow_redirects=True)
        page = self.client.get("/accounts/login/")
        form = {"login": email, "password": password, "csrfmiddlewaretoken": _token(page.text)}
        answer = self.client.post("/accounts/login/", data=form, headers={"Referer": str(page.url)})
        assert "/inbox/" in str(answer.url), answer.url

    def csrf(self, path: str) -> str:
        return _token(self.client.get(path).text)

    def reply(self, workspace: str, number: int, csrf: str, **fields: Any) -> httpx.Response:
        """Send a reply; a lost answer is repeated with the same key, as the page does."""
        form = {"client_token": str(uuid.uuid4()), "csrfmiddlewaretoken": csrf, "mode": "reply", **fields}
        path = f"/w/{workspace}/inbox/{number}/messages/"
        for _ in range(40):
            try:
                answer = self.client.post(path, data=form, headers={"HX-Request": "true"})
            except httpx.HTTPError:
                continue
            if answer.status_code < 500:
                return answer
        raise AssertionError("the reply was never taken")


def _token(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found, page[:500]
    return found[1]
