"""Files of the stand-in: uploads of the business, and what customers attach."""

import base64
import hashlib
import json
import secrets
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from .errors import GraphError
from .world import unknown_object

LINK_SECONDS = 5 * 60
MB = 1024 * 1024
TYPES: dict[str, tuple[int, frozenset[str]]] = {
    "image": (5 * MB, frozenset({"image/jpeg", "image/png"})),
    "video": (16 * MB, frozenset({"video/mp4", "video/3gpp"})),
    "audio": (16 * MB, frozenset({"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"})),
    "sticker": (500 * 1024, frozenset({"image/webp"})),
    "document": (
        100 * MB,
        frozenset(
            {
                "application/pdf",
                "text/plain",
                "application/msword",
                "application/vnd.ms-excel",
                "application/vnd.ms-powerpoint",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            }
        ),
    ),
}


@dataclass
class Media:
    """What is known of one file."""

    id: str
    phone_number_id: str
    mime_type: str
    sha256: str
    size: int
    filename: str = ""

    @property
    def webhook_sha256(self) -> str:
        """The digest as webhooks carry it: base64, where the API answers hex."""
        return base64.b64encode(bytes.fromhex(self.sha256)).decode()


class MediaShelf:
    """Files in a folder, each with its description beside it; links to them live five minutes."""

    def __init__(self, folder: Path | None) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="simulator-media-") if folder is None else None
        self._folder = Path(self._temporary.name) if self._temporary else folder or Path()
        self._folder.mkdir(parents=True, exist_ok=True)
        self._links: dict[str, tuple[str, float]] = {}
        self._lock = threading.Lock()

    def keep(self, content: bytes, *, mime_type: str, phone_number_id: str, filename: str = "") -> Media:
        """Store a file."""
        media = Media(
            f"9{secrets.randbelow(10**17):017}",
            phone_number_id,
            mime_type,
            hashlib.sha256(content).hexdigest(),
            len(content),
            filename,
        )
        self._content(media.id).write_bytes(content)
        self._facts(media.id).write_text(json.dumps(asdict(media)))
        return media

    def get(self, media_id: str) -> Media:
        """The description of a file; raises GraphError 100/33 when there is none."""
        if not media_id.isdecimal() or not self._facts(media_id).exists():
            raise unknown_object(media_id)
        return Media(**json.loads(self._facts(media_id).read_text()))

    def read(self, media_id: str) -> bytes:
        """The bytes of a file."""
        return self._content(self.get(media_id).id).read_bytes()

    def drop(self, media_id: str) -> None:
        """Delete a file."""
        self.get(media_id)
        self._content(media_id).unlink()
        self._facts(media_id).unlink()

    def link(self, media_id: str) -> str:
        """A fresh secret under which the file can be fetched for five minutes."""
        secret = secrets.token_urlsafe(24)
        with self._lock:
            self._links[secret] = (media_id, time.time() + LINK_SECONDS)
        return secret

    def behind(self, secret: str) -> str | None:
        """The media id of a link, None once the link has expired."""
        with self._lock:
            media_id, until = self._links.get(secret, ("", 0.0))
        return media_id if time.time() < until else None

    def expire_links(self) -> None:
        """Let every link die now."""
        with self._lock:
            self._links.clear()

    def close(self) -> None:
        """Remove the folder when it was a temporary one."""
        if self._temporary:
            self._temporary.cleanup()

    def _content(self, media_id: str) -> Path:
        return self._folder / f"{media_id}.bin"

    def _facts(self, media_id: str) -> Path:
        return self._folder / f"{media_id}.json"


def check_upload(mime_type: str, size: int) -> None:
    """Refuse what WhatsApp refuses: a wrong type with code 100, too many bytes with 131053."""
    for limit, types in TYPES.values():
        if mime_type.partition(";")[0].strip() in types:
            if size > limit:
                raise GraphError(131053, f"The file has {size} bytes; {mime_type} may have {limit}.")
            return
    allowed = ", ".join(sorted(set().union(*(types for _, types in TYPES.values()))))
    raise GraphError(100, f"Param file must be a file with one of the following types: {allowed}. Got {mime_type!r}.")
