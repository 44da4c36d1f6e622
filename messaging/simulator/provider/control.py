"""The stage door: JSON calls that play the customer, script faults and look behind the scenes."""

import base64
from dataclasses import asdict
from typing import Any

from .chats import Account, Chat
from .core import Core
from .errors import GraphError
from .faults import Fault
from .local import Local
from .phone import Phone
from .summaries import summary
from .web import Request, Response, Router, answer

ACTS = (
    *("changes_number", "comes_online", "deletes", "edits", "goes_offline", "jumps", "picks", "plays", "presses"),
    *("reacts", "reads", "sends", "sends_audio", "sends_contacts", "sends_document", "sends_image", "sends_location"),
    *("sends_sticker", "sends_text", "sends_value", "sends_video", "sends_voice"),
)


class Control:
    """What the phone page and tests in other processes call; nothing of this exists at Meta."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def routes(self, router: Router) -> None:
        """Add the calls to a router."""
        for method, path, handler in (
            ("GET", "health", self.health),
            ("GET", "accounts", self.accounts),
            ("POST", "accounts", self.register),
            ("GET", "customers", self.customers),
            ("POST", "customers", self.add_customer),
            ("GET", "chat", self.chat),
            ("POST", "acts", self.act),
            ("GET", "faults", self.faults),
            ("POST", "faults", self.add_fault),
            ("DELETE", "faults", self.clear_faults),
            ("POST", "templates", self.set_templates),
            ("POST", "links/expire", self.expire_links),
            ("POST", "settle", self.settle),
            ("GET", "ledger", self.ledger),
        ):
            router.add(method, f"/_control/{path}", Local(handler))
        router.add("GET", r"/_control/media/(?P<media_id>\d+)", Local(self.media))

    def health(self, request: Request) -> Response:
        """Whether it runs."""
        return answer({"ok": True})

    def accounts(self, request: Request) -> Response:
        """The numbers, without their secrets."""
        accounts = [asdict(account) for account in self._core.world.accounts.values()]
        shown = ("phone_number_id", "waba_id", "name", "display_phone_number", "webhook_url", "signature")
        return answer({"accounts": [{key: account[key] for key in shown} for account in accounts]})

    def register(self, request: Request) -> Response:
        """Make a number known, or change it."""
        account = self._core.world.add_account(_made(Account, request.json()))
        return answer({"phone_number_id": account.phone_number_id}, 201)

    def customers(self, request: Request) -> Response:
        """Who has a chat with a number, latest first."""
        chats = self._core.world.chats_of(request.query.get("phone_number_id", ""))
        with self._core.world.lock:
            return answer({"customers": [summary(chat) for chat in chats]})

    def add_customer(self, request: Request) -> Response:
        """Make a customer known; `history` is only taken by a chat that is empty."""
        told = request.json()
        number = str(told.pop("phone_number_id", ""))
        self._core.world.account(number)
        return answer(summary(self._core.world.add_customer(number, **told)), 201)

    def chat(self, request: Request) -> Response:
        """The whole chat; 204 while its version is still `seen`."""
        chat = self._chat(request.query)
        with self._core.world.lock:
            if request.query.get("seen") == str(chat.version):
                return Response(204)
            messages = [asdict(message) for message in chat.messages]
            told = {"messages": messages, "events": list(chat.events), "typing_until": chat.typing_until}
            return answer({**summary(chat), **told})

    def act(self, request: Request) -> Response:
        """Do what the customer does: a name from `Phone` and its arguments; bytes go as base64."""
        told = request.json()
        name, arguments = told.get("do"), told.get("with") or {}
        if name not in ACTS:
            raise GraphError(100, f"A phone can do {', '.join(ACTS)}; not {name!r}.")
        if "content" in arguments and name != "sends":
            arguments["content"] = base64.b64decode(arguments["content"])
        try:
            result = getattr(Phone(self._core, self._chat(told)), name)(**arguments)
        except TypeError as error:
            raise GraphError(100, str(error)) from None
        return answer({"result": result})

    def faults(self, request: Request) -> Response:
        """The faults in force."""
        return answer({"faults": self._core.faults.listed()})

    def add_fault(self, request: Request) -> Response:
        """Script a fault: the fields of `Fault`."""
        return answer(asdict(self._core.faults.add(_made(Fault, request.json()))), 201)

    def clear_faults(self, request: Request) -> Response:
        """Behave well from now on."""
        self._core.faults.clear()
        return answer({"faults": []})

    def set_templates(self, request: Request) -> Response:
        """Replace the templates of a business account."""
        told = request.json()
        with self._core.world.lock:
            self._core.world.templates[str(told["waba_id"])] = told["templates"]
        return answer({"templates": len(told["templates"])})

    def expire_links(self, request: Request) -> Response:
        """Let all links to files die, as they do after five minutes."""
        self._core.media.expire_links()
        return answer({"ok": True})

    def settle(self, request: Request) -> Response:
        """Wait until every webhook is answered or given up."""
        return answer({"settled": self._core.timers.settle(float(request.json().get("seconds", 10)))})

    def ledger(self, request: Request) -> Response:
        """The lines after `since`."""
        return answer({"lines": self._core.ledger.lines(int(request.query.get("since") or 0))})

    def media(self, request: Request, media_id: str) -> Response:
        """A file, for the phone's own screen."""
        media = self._core.media.get(media_id)
        return Response(200, self._core.media.read(media_id), media.mime_type)

    def _chat(self, told: dict[str, Any]) -> Chat:
        number = str(told.get("phone_number_id", ""))
        self._core.world.account(number)
        if not told.get("phone"):
            raise GraphError(100, "The parameter phone is required.")
        return self._core.world.chat(number, str(told["phone"]))


def _made(kind: Any, told: dict[str, Any]) -> Any:
    try:
        return kind(**told)
    except TypeError as error:
        raise GraphError(100, str(error)) from None
