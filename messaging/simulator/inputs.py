"""From what the page posts to what a phone does."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from messaging.simulator.client import SimulatedPhone

SAMPLE_ACTS: dict[str, tuple[str, dict[str, Any]]] = {
    "image": ("sends_image", {}),
    "voice": ("sends_voice", {}),
    "document": ("sends_document", {}),
    "sticker": ("sends_sticker", {}),
    "contacts": ("sends_contacts", {"name": "Pak Joko", "phone": "+62 811 555 0100"}),
}


def send_message(device: SimulatedPhone, found: dict[str, Any]) -> None:
    """Send what a valid `MessageForm` holds."""
    how = {"quotes": found["quoted"]} if found["quoted"] else {}
    if found["file"]:
        _send_file(device, found["file"], found["text"], how)
    elif found["sample"] == "location":
        device.does("sends_location", name=_("Our café"), address="Jalan Braga 10, Bandung", **how)
    elif found["sample"]:
        act, arguments = SAMPLE_ACTS[found["sample"]]
        device.does(act, **arguments, **how)
    elif found["edited"]:
        device.does("edits", wamid=found["edited"], body=found["text"])
    else:
        device.does("sends_text", body=found["text"], **how)


def _send_file(device: SimulatedPhone, file: UploadedFile, caption: str, how: dict[str, Any]) -> None:
    kind = file.content_type or "application/octet-stream"
    told = {"content": file.read(), "mime_type": kind, **how}
    if kind in ("image/jpeg", "image/png"):
        device.does("sends_image", caption=caption, **told)
    elif kind in ("video/mp4", "video/3gpp"):
        device.does("sends_video", caption=caption, **told)
    elif kind.startswith("audio/"):
        device.does("sends_audio", **told)
    else:
        device.does("sends_document", filename=file.name or "file", caption=caption, **told)
