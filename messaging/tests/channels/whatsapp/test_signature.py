import hashlib
import hmac
import json
from typing import Any

import pytest

from messaging.channels.whatsapp.signature import verify_signature

SECRET = "an app secret"
RAW = '{"text":"caf\\u00e9 ☕"}'.encode()


def digest(raw: bytes = RAW, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Hub-Signature-256": f"sha256={digest()}"},
        {"x-hub-signature-256": f"sha256={digest()}"},
        {"X-Webhook-Signature": digest()},
        {"X-Hub-Signature-256": f"sha256={digest(secret='of the gateway')}", "X-Webhook-Signature": digest()},
    ],
)
def test_the_providers_own_signature_is_accepted(headers):
    assert verify_signature(RAW, headers, SECRET) is True


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Hub-Signature-256": ""},
        {"X-Hub-Signature-256": digest()},
        {"X-Hub-Signature-256": f"sha1={digest()}"},
        {"X-Hub-Signature-256": f"SHA256={digest()}"},
        {"X-Hub-Signature-256": f"sha256={digest().upper()}"},
        {"X-Hub-Signature-256": f"sha256={digest()[:-1]}"},
        {"X-Hub-Signature-256": f"sha256={digest()}0"},
        {"X-Hub-Signature-256": f"sha256={digest()}\n"},
        {"X-Hub-Signature-256": f" sha256={digest()}"},
        {"X-Hub-Signature-256": f"sha256={digest()}, sha256={digest()}"},
        {"X-Hub-Signature-256": f"sha256={'é' * 64}"},
        {"X-Hub-Signature-256": f"sha256={digest(secret='of another app')}"},
        {"X-Hub-Signature-256": f"sha256={digest(raw=RAW + b' ')}"},
        {"X-Hub-Signature": f"sha1={digest()}"},
        {"X-Webhook-Signature": f"sha256={digest()}"},
        {"X-Webhook-Signature": digest().upper()},
        {"X-Webhook-Signature": None},
        {"X-Webhook-Signature": [digest()]},
        {7: digest()},
    ],
)
def test_anything_else_is_refused(headers):
    assert verify_signature(RAW, headers, SECRET) is False


def test_a_signature_over_the_same_json_written_anew_is_refused():
    rewritten = json.dumps(json.loads(RAW)).encode()

    assert rewritten != RAW
    assert verify_signature(RAW, {"X-Webhook-Signature": digest(rewritten)}, SECRET) is False


@pytest.mark.parametrize("secret", ["", None, b"bytes"])
def test_nothing_is_signed_without_a_secret(secret):
    signed_with_nothing = hmac.new(b"", RAW, hashlib.sha256).hexdigest()

    assert verify_signature(RAW, {"X-Webhook-Signature": signed_with_nothing}, secret) is False


def test_a_body_that_is_not_bytes_is_refused():
    not_bytes: Any = "text"

    assert verify_signature(not_bytes, {"X-Webhook-Signature": digest()}, SECRET) is False
