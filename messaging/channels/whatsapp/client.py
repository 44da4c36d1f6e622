"""Speaks WhatsApp's Cloud API, with Meta or with a gateway that has the same bodies."""

from collections.abc import Callable, Iterator
from types import TracebackType
from typing import IO, Any, Self

import httpx
from django.utils.translation import gettext as _

from . import hosts, payloads
from .answers import MediaInfo, NumberInfo, SendResult, TemplateInfo, refusal
from .errors import Action, Failure, NotRead, NotSent, Unknown, action_for
from .reading import identifier, items, line, mapping
from .wire import Answer, Lost, NotReached, Wire, bounded, parse_address

_MAX_PAGES = 100
_MAX_DOWNLOAD_SECONDS = 600.0
_TEMPLATE_FIELDS = "id,name,language,category,status,parameter_format,components,quality_score,rejected_reason"
_NUMBER_FIELDS = "id,display_phone_number,verified_name,quality_rating"


class CloudClient:
    """One number of ours at one provider.

    Only `send` can raise `Unknown`: everything else may be asked again. ``auth_header`` is `Authorization` (Meta, as a
    bearer token) or `X-API-Key` (Kapso). ``before_request`` is called before every use of the network; the app refuses
    there inside a transaction.
    """

    def __init__(
        self,
        *,
        base_url: str,
        version: str,
        token: str,
        phone_number_id: str,
        auth_header: str = "Authorization",
        http: httpx.Client | None = None,
        before_request: Callable[[], object] | None = None,
    ):
        self._wire = Wire(base_url, version, token, auth_header=auth_header, http=http, before_request=before_request)
        self._number = phone_number_id

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._wire.close()

    def send(self, payload: dict[str, Any]) -> SendResult:
        """Send a body from `payloads`; raises `NotSent` or `Unknown`."""
        body = self._ask("POST", self._number, "messages", failure=NotSent, lost=Unknown, json=payload)
        result = SendResult.of(body)
        if result is None:
            raise Unknown(Action.UNCONFIRMED, text=_("The provider took the message but gave no id."), status=200)
        return result

    def mark_read(self, message_id: str, *, typing: bool = False) -> None:
        """Show the customer that a message was read, and with ``typing`` that somebody answers; raises `NotSent`."""
        self._ask("POST", self._number, "messages", failure=NotSent, json=payloads.mark_read(message_id, typing=typing))

    def upload(self, file: bytes | IO[bytes], mime_type: str, filename: str) -> str:
        """Hand a file over; its id can be sent for 30 days. Raises `NotSent`."""
        body = self._ask(
            "POST",
            self._number,
            "media",
            failure=NotSent,
            data={"messaging_product": "whatsapp", "type": mime_type},
            files={"file": (filename, file, mime_type)},
        )
        media_id = identifier(body.get("id"))
        if not media_id:
            raise NotSent(Action.RETRY, text=_("The provider took the file but gave no id."), status=200)
        return media_id

    def media_info(self, media_id: str) -> MediaInfo:
        """Where a received file is (ids of webhooks live 7 days); raises `NotRead`."""
        return MediaInfo.of(self._ask("GET", media_id, params={"phone_number_id": self._number}))

    def fetch(self, media_id: str, *, max_bytes: int) -> tuple[MediaInfo, Iterator[bytes]]:
        """What a received file is, and its pieces; raises `NotRead`, also while the pieces are read."""
        info = self.media_info(media_id)
        if info.download_url:
            return info, self.download(info.download_url, max_bytes=max_bytes, with_token=False)
        return info, self.download(info.url, max_bytes=max_bytes)

    def download(self, url: str, *, max_bytes: int, with_token: bool = True) -> Iterator[bytes]:
        """The pieces of a file at a known host; raises `NotRead` for any other, and while the pieces are read."""
        address = parse_address(url)
        if not hosts.is_known(address, self._wire.base):
            raise NotRead(Action.FAIL, text=_("The file lies at an address that is not the provider's."))
        return self._pieces(address, max_bytes, with_token=with_token)

    def templates(self, waba_id: str) -> tuple[TemplateInfo, ...]:
        """All templates of a business account; raises `NotRead`."""
        found, after = [], ""
        for _page in range(_MAX_PAGES):
            params = {"fields": _TEMPLATE_FIELDS, "limit": "100"} | ({"after": after} if after else {})
            body = self._ask("GET", waba_id, "message_templates", params=params)
            found += [TemplateInfo.of(mapping(item)) for item in items(body.get("data")) if mapping(item)]
            paging = mapping(body.get("paging"))
            # The cursor, never the `next` address: that one is the body's word on where our token goes.
            previous, after = after, identifier(mapping(paging.get("cursors")).get("after"))
            if not paging.get("next") or after in {"", previous}:
                break
        return tuple(found)

    def phone_number(self) -> NumberInfo:
        """Our number as the provider knows it; raises `NotRead`."""
        return NumberInfo.of(self._ask("GET", self._number, params={"fields": _NUMBER_FIELDS}))

    def subscribed_apps(self, waba_id: str) -> tuple[str, ...]:
        """The names of the apps that get the account's webhooks; raises `NotRead`."""
        apps = [mapping(item) for item in items(self._ask("GET", waba_id, "subscribed_apps").get("data"))]
        data = [mapping(app.get("whatsapp_business_api_data")) or app for app in apps]
        return tuple(line(app.get("name")) or identifier(app.get("id")) for app in data)

    def _ask(
        self,
        method: str,
        *segments: str,
        failure: type[Failure] = NotRead,
        lost: type[Failure] | None = None,
        **content: Any,
    ) -> dict[str, Any]:
        try:
            answer = self._wire.exchange(method, self._wire.url(*segments), **content)
        except NotReached as error:
            raise failure(error.action, text=error.sentence) from error
        except Lost as error:
            raise _unanswered(failure, lost) from error
        if 200 <= answer.status < 300 and isinstance(answer.body, dict) and not answer.body.get("error"):
            return answer.body
        raise _refused(answer, failure, lost)

    def _pieces(self, address: httpx.URL, max_bytes: int, *, with_token: bool) -> Iterator[bytes]:
        try:
            with self._wire.stream("GET", address, with_token=with_token) as response:
                if response.status_code != 200:
                    raise NotRead(Action.RETRY, text=_("The file could not be fetched."), status=response.status_code)
                yield from bounded(response, max_bytes, _MAX_DOWNLOAD_SECONDS)
        except NotReached as error:
            raise NotRead(error.action, text=error.sentence) from error
        except Lost as error:
            action = Action.FAIL if str(error) == "TooLarge" else Action.RETRY
            raise NotRead(action, text=_("The file could not be fetched whole.")) from error


def _unanswered(failure: type[Failure], lost: type[Failure] | None) -> Failure:
    sentence = _("The provider did not answer.")
    return lost(Action.UNCONFIRMED, text=sentence) if lost else failure(Action.RETRY, text=sentence)


def _refused(answer: Answer, failure: type[Failure], lost: type[Failure] | None) -> Failure:
    error, word = refusal(answer.body)
    action = action_for(error.code, answer.status, word)
    kind = failure
    if action is Action.UNCONFIRMED:
        kind, action = (lost, action) if lost else (failure, Action.RETRY)
    text = error.text or _("The provider answered with status %(status)s.") % {"status": answer.status}
    return kind(action, code=error.code, text=text, retry_after=answer.retry_after, status=answer.status)
