"""What the provider answers, as plain values."""

from dataclasses import dataclass
from typing import Any

from .events import ProviderError
from .phones import e164
from .problems import provider_error
from .reading import MAX_URL, identifier, items, line, mapping, text


@dataclass(frozen=True, slots=True)
class SendResult:
    """``phone`` may differ from the one we wrote to (Mexico, Brazil): keep it as an alias of the person."""

    external_id: str
    phone: str | None = None
    user_id: str | None = None
    is_held: bool = False  # held back while Meta judges the template's quality

    @classmethod
    def of(cls, body: dict[str, Any]) -> "SendResult | None":
        """None when the answer has no id."""
        messages, contacts = items(body.get("messages")), items(body.get("contacts"))
        message = mapping(messages[0] if messages else None)
        contact = mapping(contacts[0] if contacts else None)
        external_id = identifier(message.get("id"))
        is_held = line(message.get("message_status")) == "held_for_quality_assessment"
        phone, user_id = e164(identifier(contact.get("wa_id"))), identifier(contact.get("user_id")) or None
        return cls(external_id, phone, user_id, is_held) if external_id else None


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """``download_url`` (Kapso) carries its own short-lived key; ``url`` (Meta) asks for the token, for 5 minutes."""

    url: str
    mime_type: str
    sha256: str  # hex here, base64 in webhooks
    size: int | None
    download_url: str = ""

    @classmethod
    def of(cls, body: dict[str, Any]) -> "MediaInfo":
        size = text(body.get("file_size"), 15)
        return cls(
            url=text(body.get("url"), MAX_URL),
            mime_type=line(body.get("mime_type")).partition(";")[0].strip().lower(),
            sha256=identifier(body.get("sha256")),
            size=int(size) if size.isascii() and size.isdigit() else None,
            download_url=text(body.get("download_url"), MAX_URL),
        )


@dataclass(frozen=True, slots=True)
class TemplateInfo:
    id: str
    name: str
    language: str
    category: str  # MARKETING, UTILITY, AUTHENTICATION
    status: str  # APPROVED, PAUSED, …
    parameter_format: str  # POSITIONAL or NAMED
    components: tuple[dict[str, Any], ...]
    quality: str = ""
    rejected_reason: str = ""

    @classmethod
    def of(cls, body: dict[str, Any]) -> "TemplateInfo":
        return cls(
            id=identifier(body.get("id")),
            name=line(body.get("name")),
            language=line(body.get("language")),
            category=line(body.get("category")).upper(),
            status=line(body.get("status")).upper(),
            parameter_format=line(body.get("parameter_format")).upper() or "POSITIONAL",
            components=tuple(component for component in items(body.get("components")) if mapping(component)),
            quality=line(mapping(body.get("quality_score")).get("score")).upper(),
            rejected_reason=line(body.get("rejected_reason")),
        )


@dataclass(frozen=True, slots=True)
class NumberInfo:
    id: str
    display_phone: str
    verified_name: str
    quality: str

    @classmethod
    def of(cls, body: dict[str, Any]) -> "NumberInfo":
        return cls(
            id=identifier(body.get("id")),
            display_phone=line(body.get("display_phone_number")),
            verified_name=line(body.get("verified_name")),
            quality=line(body.get("quality_rating")).upper(),
        )


def refusal(body: Any) -> tuple[ProviderError, str]:
    """The error in an answer, and a gateway's own word for it; `error` may be a text, and the body no JSON at all."""
    found = mapping(body)
    errors = items(found.get("errors"))
    written = found.get("error") or (errors[0] if errors else None) or {"message": found.get("message")}
    error = provider_error(written if isinstance(written, dict) else {"message": written, "code": found.get("code")})
    word = found.get("code") if not isinstance(written, dict) else written.get("code")
    return error, line(word)
