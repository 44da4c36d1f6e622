"""What a hostile customer writes, into everything that a customer can fill."""

import json
import time

from tests.reliability.webhooks import body

BEACON = "https://beacon.invalid"
STRINGS = (
    "<script>fetch('{}')</script>",
    "<script src={}></script>",
    '"><script src={}></script>',
    "'><img src={} onerror=alert(1)>",
    "<img src=x onerror=alert(1)>",
    "<img src={}>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><use href={}#x></use><animate onbegin=alert(1) attributeName=x dur=1s></svg>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src={} onerror=alert(1)&gt;">',
    '<iframe src="javascript:alert(1)"></iframe>',
    "<object data={}></object><embed src={}>",
    "<link rel=stylesheet href={}><link rel=prefetch href={}>",
    "<style>@import '{}';</style>",
    "<style>* {{ background: url({}) }}</style>",
    "<base href={}/>",
    '<meta http-equiv=refresh content="0;url={}">',
    "<form action={}><input name=csrf autofocus onfocus=this.form.submit()></form>",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<video autoplay><source src={} onerror=alert(1)></video>",
    '<a href="javascript:alert(1)" autofocus onfocus=alert(1)>x</a>',
    "javascript:alert(1)//https://x.example/",
    'https://x.example/" onmouseover="alert(1)" autofocus onfocus="alert(1)',
    "https://x.example/'onclick='alert(1)",
    "https://x.example/<img src={}>",
    "</textarea></title><img src={}>",
    "</template></noscript><img src={}>",
    "--></script></style><img src={}>]]>",
    '" autofocus onfocus="alert(1)" style="background:url({})',
    "' autofocus onfocus='alert(1)' style='background:url({})",
    "` onerror=alert(1) `",
    "{{{{ 7*7 }}}} ${{7*7}} <%= 7*7 %> {{% raw %}}",
    "*<img src={}>* _<img src={}>_ ~<b onclick=alert(1)>~ ```<script>alert(1)</script>``` `<i onload=alert(1)>`",
    '<div hx-get="{}" hx-trigger="load">x</div>',
    '<div hx-on::load="alert(1)" id="thread" hx-swap-oob="true">x</div>',
    '<live-updates data-workspace="x" data-stream="{}" data-changes="{}" data-cursor=""></live-updates>',
    "&lt;img src={}&gt; &#60;img src={}&#62;",
    "\\u003cimg src={}\\u003e \\x3cscript\\x3e",
    '<noscript><p title="</noscript><img src={} onerror=alert(1)>">',
    "\u202e<img src={}>\u2066",
    "%3Cimg%20src%3D{}%3E +ADw-script+AD4-alert(1)+ADw-/script+AD4-",
)
CORPUS = [words.format(*[f"{BEACON}/{number}"] * 2) for number, words in enumerate(STRINGS)]


def phone_of(number):
    return f"62812777{number:05}"


def bodies(number, words):
    """Return webhook bodies in which one customer writes `words` in every way that there is."""
    sender, at = phone_of(number), int(time.time()) - 900
    contacts = [{"wa_id": sender, "profile": {"name": words, "username": words}}]
    messages = [
        {"from": sender, "id": f"wamid.{number}.{place}", "timestamp": str(at + place), **message}
        for place, message in enumerate(_messages(number, words))
    ]
    echoes = [
        {"from": "1", "to": sender, "id": f"wamid.{number}.e{place}", "timestamp": str(at + 60 + place), **message}
        for place, message in enumerate(_echoes(words))
    ]
    fault = {"code": 131000, "title": words, "message": words, "error_data": {"details": words}}
    failed = {"id": f"wamid.{number}.e0", "status": "failed", "timestamp": str(at + 99), "recipient_id": sender}
    echo = body(message_echoes=echoes, contacts=contacts)
    echo["entry"][0]["changes"][0]["field"] = "smb_message_echoes"
    return [body(messages=messages, contacts=contacts), echo, body(statuses=[{**failed, "errors": [fault]}])]


def _messages(number, words):
    first = f"wamid.{number}.0"
    answers = json.dumps({words: words, "screen_0_Name_0": [words]})
    return [
        {"type": "text", "text": {"body": words}},
        {"type": "text", "text": {"body": words}, "context": {"from": "1", "id": first}},
        {"type": "button", "button": {"text": words, "payload": words}},
        _tapped("list_reply", {"id": words, "title": words, "description": words}),
        _tapped("nfm_reply", {"name": words, "body": words, "response_json": answers}),
        {"type": "location", "location": {"latitude": -6.9, "longitude": 107.6, "name": words, "address": words}},
        {"type": "location", "location": {"latitude": words, "longitude": words, "url": words}},
        {"type": "contacts", "contacts": [_card(words)]},
        {"type": "order", "order": {"catalog_id": words, "text": words, "product_items": [_product(words)]}},
        {"type": "system", "system": {"type": "customer_identity_changed", "body": words}},
        {"type": words, words: {"caption": words}},
        {"type": "unsupported", "errors": [{"code": 1, "title": words, "error_data": {"details": words}}]},
        {"type": "reaction", "reaction": {"message_id": first, "emoji": words}},
    ]


def _echoes(words):
    shown = {"name": words, "components": [{"type": "body", "parameters": [{"type": "text", "text": words}]}]}
    return [
        {"type": "text", "text": {"body": words}},
        {"type": "template", "template": shown},
    ]


def _tapped(kind, reply):
    return {"type": "interactive", "interactive": {"type": kind, kind: reply}}


def _card(words):
    return {"name": {"formatted_name": words}, "phones": [{"phone": words}], "emails": [{"email": words}]}


def _product(words):
    return {"product_retailer_id": words, "quantity": 1, "item_price": 1, "currency": words}


def chat_histories():
    """Return what six customers' phones show: the corpus in one kind of message, each quoting the one before."""
    shared = {"at": time.time() - 60, "status": "delivered"}
    for side, kind, content in (
        ("customer", "text", lambda words: {"body": words}),
        ("business", "interactive", _with_choices),
        ("business", "template", _template),
        ("customer", "location", lambda words: {"latitude": words, "longitude": 1, "name": words, "address": words}),
        ("customer", "document", lambda words: {"id": "1", "filename": words, "caption": words}),
        ("customer", "contacts", lambda words: [_card(words)]),
    ):
        yield [
            {
                "wamid": f"wamid.{kind}{place}",
                "side": side,
                "type": kind,
                "content": content(words),
                "quoted": f"wamid.{kind}{place - 1}",
                "reactions": {"customer": words},
                **shared,
            }
            for place, words in enumerate(CORPUS)
        ]


def _with_choices(words):
    row = {"id": words, "title": words, "description": words}
    link = {"parameters": {"url": words, "display_text": words}}
    action = {"buttons": [{"reply": row}], "sections": [{"rows": [row]}], **link}
    return {"header": {"text": words}, "body": {"text": words}, "footer": {"text": words}, "action": action}


def _template(words):
    button = {"type": "URL", "text": words, "url": words}
    return {"header": words, "body": words, "footer": words, "media": None, "buttons": [button]}
