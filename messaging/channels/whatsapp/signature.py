"""Did the provider write this body?"""

import hashlib
import hmac
import re
from collections.abc import Mapping

_META = re.compile(r"sha256=([0-9a-f]{64})")
_KAPSO = re.compile(r"([0-9a-f]{64})")
_FORMATS = (("x-hub-signature-256", _META), ("x-webhook-signature", _KAPSO))


def verify_signature(raw: bytes, headers: Mapping[str, str], secret: str) -> bool:
    """True when a signature header holds the HMAC-SHA256 of the raw body under ``secret``.

    Meta sends `X-Hub-Signature-256: sha256=<hex>`, Kapso `X-Webhook-Signature: <hex>`; a gateway may pass both on, and
    only one of them is made with our secret. Never raises.
    """
    if not secret or not isinstance(secret, str) or not isinstance(raw, bytes):
        return False
    expected = hmac.new(secret.encode("utf-8", "surrogatepass"), raw, hashlib.sha256).hexdigest()
    return any(hmac.compare_digest(claim, expected) for claim in _claims(headers))


def _claims(headers: Mapping[str, str]) -> list[str]:
    found = {str(name).lower(): value for name, value in headers.items()}
    matches = [shape.fullmatch(value) for name, shape in _FORMATS if isinstance(value := found.get(name), str)]
    return [match[1] for match in matches if match]
