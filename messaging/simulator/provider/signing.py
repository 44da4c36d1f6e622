"""Proves who sent a webhook."""

import hashlib
import hmac


def sign(secret: str, raw: bytes, style: str = "meta") -> dict[str, str]:
    """The headers of these very bytes: HMAC-SHA256, as Meta or as Kapso writes it."""
    digest = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
    if style == "kapso":
        key = hashlib.sha256(raw).hexdigest()
        return {"X-Webhook-Signature": digest, "X-Idempotency-Key": key, "X-Webhook-Payload-Version": "v2"}
    return {"X-Hub-Signature-256": f"sha256={digest}"}
