"""The templates that a new account starts with: each kind that the product must handle."""

from typing import Any


def starting_templates() -> list[dict[str, Any]]:
    """Positional and named, with and without media, in two languages, and in each state."""
    return [
        {"id": str(7000100 + number), "parameter_format": "POSITIONAL", "status": "APPROVED", **template}
        for number, template in enumerate(_TEMPLATES)
    ]


def _words(kind: str, text: str, *example: str, **more: Any) -> dict[str, Any]:
    part = {"type": kind, "text": text, **more}
    if example:
        part["example"] = {"body_text": [list(example)]} if kind == "BODY" else {"header_text": list(example)}
    return part


def _replies(*titles: str) -> dict[str, Any]:
    return {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": title} for title in titles]}


_TEMPLATES: list[dict[str, Any]] = [
    {
        "name": "order_update",
        "language": "en",
        "category": "UTILITY",
        "components": [
            _words("HEADER", "Order {{1}}", "1042", format="TEXT"),
            _words("BODY", "Hi {{1}}, your order is {{2}}. Reply here if anything is wrong.", "Maya", "on its way"),
            {"type": "FOOTER", "text": "Sent by our team"},
            _replies("Thanks", "I have a question"),
        ],
    },
    {
        "name": "order_update",
        "language": "id",
        "category": "UTILITY",
        "components": [
            _words("HEADER", "Pesanan {{1}}", "1042", format="TEXT"),
            _words("BODY", "Hai {{1}}, pesananmu {{2}}. Balas di sini kalau ada yang salah.", "Maya", "sedang dikirim"),
            {"type": "FOOTER", "text": "Dikirim oleh tim kami"},
            _replies("Terima kasih", "Saya mau tanya"),
        ],
    },
    {
        "name": "conversation_follow_up",
        "language": "en",
        "category": "UTILITY",
        "parameter_format": "NAMED",
        "components": [
            {
                "type": "BODY",
                "text": "Hi {{first_name}}, we have an answer to your question about {{subject}}. May we send it?",
                "example": {
                    "body_text_named_params": [
                        {"param_name": "first_name", "example": "Maya"},
                        {"param_name": "subject", "example": "your invoice"},
                    ]
                },
            },
            _replies("Yes", "No"),
        ],
    },
    {
        "name": "approval_request",
        "language": "en",
        "category": "UTILITY",
        "components": [
            _words("BODY", "{{1}}: may we move your ticket to {{2}}?", "EO-1042", "implementation"),
            _replies("Approve", "Reject"),
        ],
    },
    {
        "name": "track_delivery",
        "language": "en",
        "category": "UTILITY",
        "components": [
            _words("BODY", "Hello {{1}}, the courier has your parcel.", "Maya"),
            {
                "type": "BUTTONS",
                "buttons": [
                    {"type": "URL", "text": "Follow it", "url": "https://example.com/t/{{1}}", "example": ["a1"]},
                    {"type": "PHONE_NUMBER", "text": "Call us", "phone_number": "+15550001000"},
                ],
            },
        ],
    },
    {
        "name": "new_season",
        "language": "en",
        "category": "MARKETING",
        "components": [
            {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["4::aW1hZ2U="]}},
            _words("BODY", "New in our shop, {{1}}: come and taste.", "Maya"),
            _replies("Tell me more", "Stop promotions"),
        ],
    },
    {
        "name": "hello",
        "language": "en",
        "category": "UTILITY",
        "components": [_words("BODY", "Hello. We have news for you. Reply to read it.")],
    },
    {
        "name": "holiday_hours",
        "language": "en",
        "category": "UTILITY",
        "status": "PAUSED",
        "components": [_words("BODY", "We are closed on {{1}}.", "Monday")],
    },
    {
        "name": "mystery_offer",
        "language": "en",
        "category": "MARKETING",
        "status": "REJECTED",
        "rejected_reason": "PROMOTIONAL",
        "components": [_words("BODY", "You have won. Tell us your card number.")],
    },
]
