"""The phone page: what it shows, what its buttons do, and who may press them."""

import re

import pytest
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import reverse

from conftest import add_channel
from helpdesk.accounts.tenancy import workspace_scope
from messaging.simulator.provider import samples

from .conftest import text_to

pytestmark = pytest.mark.urls("messaging.tests.simulator.site")


@pytest.fixture
def channel(settings, provider, account, workspace):
    """A channel that sends through the stand-in."""
    settings.SIMULATOR, settings.SIMULATOR_URL = True, provider.url
    return add_channel(workspace, account.phone_number_id, base_url=provider.url)


@pytest.fixture
def who(channel, provider, maya):
    maya.sends_text("Pagi")
    provider.settle()
    return {"channel": channel.public_id, "phone": "6281234567890"}


@pytest.fixture
def browser(who):
    return Client(headers={"HX-Request": "true"})


def post(browser: Client, name: str, told: dict, /, **more):
    return browser.post(reverse(f"simulator:{name}"), {**told, **more})


def version_in(reply: HttpResponse) -> str:
    found = re.search(r'id="seen" value="(\w+)"', reply.content.decode())
    assert found
    return found[1]


def page_of(browser: Client, told: dict) -> str:
    reply = Client().get(reverse("simulator:phone"), told)
    assert reply.status_code == 200
    return reply.content.decode()


def test_the_page_shows_the_chat_of_the_latest_customer(who, provider, channel):
    provider.customer("+62811", name="Pak Joko").sends_text("Halo dari Joko")

    reply = Client().get(reverse("simulator:phone"))

    text = reply.content.decode()
    assert "Halo dari Joko" in text
    assert "Maya Kusuma" in text
    assert channel.workspace.name in text
    assert "style=" not in text
    assert "onclick" not in text


def test_each_kind_of_message_is_drawn(api, provider, maya, who, browser):
    maya.sends_image(caption="Kopi <b>enak</b>")
    maya.sends_voice()
    maya.sends_document(filename="nota.pdf")
    maya.sends_sticker()
    maya.sends_location(name="Kedai")
    maya.sends_contacts("Pak Joko", "+62811")
    maya.sends("unsupported", {"type": "poll"}, errors=[])
    template = {"name": "hello", "language": {"code": "en"}}
    api.post("/100200300/messages", json=text_to() | {"type": "template", "template": template})
    provider.settle()

    text = page_of(browser, who)

    for words in ("Kopi &lt;b&gt;enak&lt;/b&gt;", "<audio", "nota.pdf", "Kedai", "Pak Joko", "We have news for you"):
        assert words in text
    assert len(re.findall(r'class="bub ', text)) == 9


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ({"text": "Halo"}, "text"),
        ({"sample": "image"}, "image"),
        ({"sample": "voice"}, "audio"),
        ({"sample": "document"}, "document"),
        ({"sample": "sticker"}, "sticker"),
        ({"sample": "location"}, "location"),
        ({"sample": "contacts"}, "contacts"),
    ],
)
def test_what_is_sent_reaches_the_webhook(provider, product, browser, who, told, kind):
    reply = post(browser, "messages", who, **told)

    assert reply.status_code == 200
    assert b'id="phone-messages"' in reply.content
    provider.settle()
    assert kind in [message["type"] for message in product.messages[1:]] or kind == "text"
    assert len(product.messages) == 2


def test_a_file_goes_as_what_it_is(tmp_path, provider, product, browser, who):
    for name, content in (("a.jpg", samples.picture()), ("a.pdf", samples.pdf())):
        path = tmp_path / name
        path.write_bytes(content)
        with path.open("rb") as file:
            assert post(browser, "messages", who, file=file, text="Lihat").status_code == 200
    provider.settle()

    sent = {message["type"]: message for message in product.messages}
    assert sent["image"]["image"]["caption"] == "Lihat"
    assert sent["document"]["document"]["filename"] == "a.pdf"


def test_quotes_edits_reactions_and_deletions(maya, browser, who):
    wamid = maya.chat.messages[0].wamid

    post(browser, "messages", who, text="Lagi", quoted=wamid)
    assert maya.chat.messages[-1].quoted == wamid

    post(browser, "messages", who, text="Siang", edited=wamid)
    assert maya.seen(wamid).content == {"body": "Siang"}

    post(browser, "reactions", who, answer=f"{wamid} 👍")
    assert maya.seen(wamid).reactions == {"customer": "👍"}
    post(browser, "reactions", who, answer=f"{wamid} 👍")
    assert maya.seen(wamid).reactions == {"customer": ""}

    post(browser, "deletions", who, answer=wamid)
    assert maya.seen(wamid).deleted


def test_the_composer_can_be_opened_with_a_quote(maya, browser, who):
    wamid = maya.chat.messages[0].wamid

    text = page_of(browser, {**who, "quoted": wamid})

    assert f'name="quoted" value="{wamid}"' in text


def test_buttons_and_rows_are_answered(api, provider, maya, browser, who):
    rows = [{"id": "s", "title": "Small"}, {"id": "l", "title": "Large"}]
    for shape, action in (
        ("button", {"buttons": [{"type": "reply", "reply": {"id": "1", "title": "Ya & tidak"}}]}),
        ("list", {"button": "Choose", "sections": [{"rows": rows}]}),
    ):
        interactive = {"type": shape, "body": {"text": "?"}, "action": action}
        api.post("/100200300/messages", json=text_to() | {"type": "interactive", "interactive": interactive})
    provider.settle()
    text = page_of(browser, who)
    answers = re.findall(r'formaction="/simulator/answers/" name="answer" value="([^"]+)"', text)

    assert len(answers) == 3
    post(browser, "answers", who, answer=answers[0].replace("&amp;", "&"))
    post(browser, "answers", who, answer=answers[2])

    contents = [message.content for message in maya.chat.messages if message.side == "customer"][1:]
    assert contents[0]["button_reply"] == {"id": "1", "title": "Ya & tidak"}
    assert contents[1]["list_reply"] == {"id": "l", "title": "Large"}


def test_what_has_not_arrived_is_not_on_the_screen(api, provider, maya, browser, who):
    maya.goes_offline()
    api.post("/100200300/messages", json=text_to() | {"text": {"body": "Still on its way"}})
    provider.settle()
    assert "Still on its way" not in page_of(browser, who)

    maya.comes_online()
    provider.settle()
    assert "Still on its way" in page_of(browser, who)

    provider.fail_delivery_next()
    api.post("/100200300/messages", json=text_to() | {"text": {"body": "Never seen"}})
    provider.settle()
    assert "Never seen" not in page_of(browser, who)


def test_looking_reads_and_is_quiet_when_nothing_changed(api, provider, maya, browser, who):
    wamid = api.post("/100200300/messages", json=text_to()).json()["messages"][0]["id"]
    provider.settle()

    first = post(browser, "looks", who, seen="")
    provider.settle()
    assert maya.seen(wamid).status == "read"
    version = version_in(first)
    second = post(browser, "looks", who, seen=version)
    if second.status_code != 204:  # the webhook of the read status may have been told in between
        version = version_in(second)

    assert post(browser, "looks", who, seen=version).status_code == 204
    maya.sends_text("lagi")
    assert post(browser, "looks", who, seen=version).status_code == 200


def test_a_customer_is_added(provider, browser, who):
    reply = post(Client(), "customers", {"channel": who["channel"]}, name="Bu Ani", phone="+62 813-1111-2222")

    assert reply.status_code == 302
    assert "phone=%2B6281311112222" in reply["Location"]
    assert "Bu Ani" in Client().get(reply["Location"]).content.decode()


@pytest.mark.parametrize("phone", ["0813 1111 2222", "hello", "+1"])
def test_a_number_without_its_country_is_refused(provider, browser, who, phone):
    before = len(provider.core.world.chats)

    reply = post(Client(), "customers", {"channel": who["channel"]}, name="Bu Ani", phone=phone)

    assert reply.status_code == 422
    text = reply.content.decode()
    assert "Write the number with its country code" in text
    assert 'value="Bu Ani"' in text
    assert len(provider.core.world.chats) == before


def test_the_window_shuts_on_both_sides(api, maya, browser, who):
    assert post(browser, "window", who).status_code == 200

    assert maya.chat.window_is_open is False
    assert api.post("/100200300/messages", json=text_to()).json()["error"]["code"] == 131047


def test_going_offline_and_back(maya, browser, who):
    assert b"Go online" in post(browser, "network", who).content
    assert maya.chat.customer.online is False

    assert b"Go offline" in post(browser, "network", who, on="on").content
    assert maya.chat.customer.online is True


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        ("failed_delivery", ("failed_status", 131026)),
        ("refused_reply", ("error", 131026)),
        ("lost_answer", ("reset", 131000)),
        ("no_ticks", ("silence", 131000)),
        ("twice", ("duplicate", 131000)),
    ],
)
def test_trouble_waits_and_can_be_called_off(provider, browser, who, kind, rule):
    reply = post(browser, "faults", who, kind=kind)

    assert [(fault["kind"], fault["code"]) for fault in provider.core.faults.listed()] == [rule]
    assert b'class="waiting"' in reply.content
    post(browser, "faults", who, kind="none")
    assert provider.core.faults.listed() == []


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("messages", {"text": ""}),
        ("messages", {"sample": "bomb"}),
        ("faults", {"kind": "earthquake"}),
        ("reactions", {}),
    ],
)
def test_wrong_input_is_422_and_nothing_happens(maya, browser, who, name, told):
    before = maya.chat.version

    assert post(browser, name, who, **told).status_code == 422
    assert maya.chat.version == before


def test_what_the_stand_in_refuses_is_said(browser, who):
    reply = post(browser, "messages", who, text="x", edited="wamid.unknown")

    assert reply.status_code == 409
    assert b"not in this chat" in reply.content


def test_without_javascript_the_page_comes_back(who, maya):
    reply = post(Client(), "messages", who, text="Halo")

    assert reply.status_code == 302
    assert "Halo" in Client().get(reply["Location"]).content.decode()


def test_another_site_cannot_post(who, maya):
    before = maya.chat.version

    reply = post(Client(enforce_csrf_checks=True), "messages", who, text="Halo")

    assert reply.status_code == 403
    assert maya.chat.version == before


def test_a_channel_of_a_real_provider_is_not_played(settings, workspace, channel):
    real = add_channel(workspace, "55", base_url="https://graph.facebook.com")

    reply = Client().get(reverse("simulator:phone"), {"channel": real.public_id})

    assert reply.status_code == 409


def test_a_stand_in_that_is_down_is_said(settings, channel):
    settings.SIMULATOR_URL = "http://127.0.0.1:9"
    with workspace_scope(channel.workspace_id):
        type(channel).objects.filter(pk=channel.pk).update(base_url=settings.SIMULATOR_URL)

    reply = Client().get(reverse("simulator:phone"))

    assert reply.status_code == 503
    assert "not running" in reply.content.decode()


def test_without_a_channel_the_page_says_how_to_begin(settings, provider, db):
    settings.SIMULATOR, settings.SIMULATOR_URL = True, provider.url

    assert "No channel sends through the simulator" in Client().get(reverse("simulator:phone")).content.decode()


def test_files_on_the_screen_cannot_carry_a_script(maya, who):
    maya.sends_image()
    maya.sends_document(b"<script>alert(1)</script>", filename="a.html", mime_type="text/html")
    picture, page = (message.content["id"] for message in maya.chat.messages[1:])

    shown, saved = (Client().get(reverse("simulator:media", args=[each])) for each in (picture, page))

    assert (shown["Content-Type"], shown["Content-Disposition"]) == ("image/jpeg", "inline")
    assert (saved["Content-Type"], saved["Content-Disposition"]) == ("application/octet-stream", "attachment")
    assert shown["Content-Security-Policy"] == saved["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert Client().get(reverse("simulator:media", args=[1])).status_code == 404


def test_switched_off_nothing_of_it_exists(who, maya):
    with override_settings(SIMULATOR=False):
        assert Client().get(reverse("simulator:phone")).status_code == 404
        assert post(Client(), "messages", who, text="x").status_code == 404
        assert Client().get(reverse("simulator:media", args=[1])).status_code == 404
