"""The calls about files: upload, look up, download, delete."""

from .chats import Account
from .core import Core
from .errors import GraphError
from .gate import PREFIX, Gate
from .media import Media, check_upload
from .multipart import read_form
from .web import Request, Response, Router, answer


class Files:
    """One method per call; each checks the token first."""

    def __init__(self, core: Core, gate: Gate) -> None:
        self._core, self._gate = core, gate

    def routes(self, router: Router) -> None:
        """Add the calls to a router; a media id is told from a number's by its length."""
        router.add("POST", PREFIX + r"/(?P<number>\d+)/media", self.upload)
        router.add("GET", r"/files/(?P<secret>[\w-]+)", self.download)
        router.add("GET", PREFIX + r"/(?P<media_id>9\d{17})", self.look_up)
        router.add("DELETE", PREFIX + r"/(?P<media_id>9\d{17})", self.drop)

    def upload(self, request: Request, number: str) -> Response:
        """A file, under an id that lives as long as the stand-in."""
        account = self._gate.authorised(request, self._core.world.account(number))
        return self._gate.pass_through("upload", account, {}, lambda: self._keep(account, request))

    def look_up(self, request: Request, media_id: str) -> Response:
        """A link to the file that lives five minutes, and what is known of it."""
        media = self._core.media.get(media_id)
        account = self._gate.authorised(request, self._core.world.account(media.phone_number_id))
        return self._gate.pass_through("media", account, {}, lambda: answer(self._media_facts(media)))

    def drop(self, request: Request, media_id: str) -> Response:
        """Forget a file."""
        self._gate.authorised(request, self._core.world.account(self._core.media.get(media_id).phone_number_id))
        self._core.media.drop(media_id)
        return answer({"success": True})

    def download(self, request: Request, secret: str) -> Response:
        """The bytes behind a link; it needs the token too, and an expired link is a 404."""
        media_id = self._core.media.behind(secret)
        if media_id is None:
            return Response(404, b"Bad URL hash", "text/plain")
        media = self._core.media.get(media_id)
        account = self._gate.authorised(request, self._core.world.account(media.phone_number_id))
        return self._gate.pass_through(
            "download", account, {}, lambda: Response(200, self._core.media.read(media.id), media.mime_type)
        )

    def _keep(self, account: Account, request: Request) -> Response:
        form = read_form(request.headers.get("content-type", ""), request.body)
        if "file" not in form or form.get("messaging_product") is None:
            raise GraphError(100, "The parameters messaging_product and file are required.")
        file = form["file"]
        mime_type = form["type"].content.decode() if "type" in form else file.content_type
        check_upload(mime_type, len(file.content))
        media = self._core.media.keep(
            file.content, mime_type=mime_type, phone_number_id=account.phone_number_id, filename=file.filename
        )
        self._core.ledger.append(
            "upload",
            phone_number_id=account.phone_number_id,
            media_id=media.id,
            mime_type=mime_type,
            sha256=media.sha256,
            size=media.size,
            filename=media.filename,
        )
        return answer({"id": media.id})

    def _media_facts(self, media: Media) -> dict[str, object]:
        return {
            "messaging_product": "whatsapp",
            "url": f"{self._core.url}/files/{self._core.media.link(media.id)}",
            "mime_type": media.mime_type,
            "sha256": media.sha256,
            "file_size": media.size,
            "id": media.id,
        }
