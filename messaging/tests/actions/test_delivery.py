"""From the agent to the customer's phone and back, through the stand-in of the provider over real HTTP."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from conftest import add_channel
from helpdesk.accounts.tenancy import workspace_scope
from helpdesk.files.actions.intake import accept as accept_file
from helpdesk.files.actions.intake import open_file
from helpdesk.jobs import Later
from messaging import tasks
from messaging.actions.attempts import resend_message, retry_message, withdraw_message
from messaging.actions.intake import drain
from messaging.actions.media import fetch_again
from messaging.actions.pausing import resume_channel
from messaging.actions.reading import request_receipt
from messaging.actions.replies import react, send_buttons, send_media, send_template, send_text
from messaging.models import Channel, Conversation, Draft, Message
from messaging.simulator.provider import Provider
from messaging.simulator.provider.phone import Phone
from messaging.simulator.provider.samples import picture, voice
from messaging.tests.scenes import fresh, jobs

pytestmark = pytest.mark.django_db(transaction=True)

NADIA = "+628125550140"


@pytest.fixture
def provider(tmp_path):
    with Provider(tmp_path / "ledger.jsonl", retry_seconds=(0.05,), seed=7) as running:
        yield running


@pytest.fixture
def channel(workspace, provider, live_server) -> Channel:
    channel = add_channel(workspace, base_url=provider.url)
    provider.register(
        phone_number_id=channel.phone_number_id,
        waba_id=channel.waba_id,
        token=channel.access_token,
        app_secret=channel.app_secret,
        webhook_url=f"{live_server.url}/webhooks/whatsapp/{channel.public_id}/",
        verify_token=channel.verify_token,
    )
    return channel


@pytest.fixture
def nadia(provider, channel) -> Phone:
    return provider.customer(NADIA, name="Nadia")


@pytest.fixture
def conversation(channel, nadia, provider, agent) -> Conversation:
    nadia.sends_text("Halo")
    hear(provider)
    with workspace_scope(channel.workspace_id):
        return Conversation.objects.select_related("workspace").get()


def hear(provider: Provider) -> None:
    """All webhooks have come in and are handled."""
    assert provider.settle()
    while drain():
        pass


def send(conversation: Conversation, agent, text: str = "Baik", **options) -> Message:
    with workspace_scope(conversation.workspace_id):
        return send_text(conversation, actor=agent, text=text, **options)


def work(message: Message) -> float | None:
    """Run the message's job; return the seconds after which it wants to run again."""
    try:
        tasks.deliver(workspace_id=message.workspace_id, message_id=message.pk)
    except Later as later:
        return later.seconds
    return None


def now(row):
    with workspace_scope(row.workspace_id):
        return fresh(row)


def received(nadia: Phone) -> list[str]:
    return [message.content["body"] for message in nadia.received if message.type == "text"]


def work_all() -> None:
    """Let a worker run what it can until nothing moves any more. It stops when all that is left waits for a lock."""
    before: object = None
    while before != (left := list(waiting().values_list("id", "attempts"))):
        before = left
        with app.replace_connector(app.connector.get_worker_connector()):  # type: ignore[attr-defined]
            app.run_worker(wait=False, install_signal_handlers=False, listen_notify=False, concurrency=4)


def waiting() -> Any:
    return ProcrastinateJob.objects.filter(status="todo").order_by("id")


def test_a_reply_reaches_the_phone_and_what_became_of_it_comes_back(provider, nadia, conversation, agent):
    message = send(conversation, agent)

    assert work(message) is None
    assert now(message).state == "sent"
    assert received(nadia) == ["Baik"]

    hear(provider)
    assert now(message).state == "delivered"
    nadia.reads()
    hear(provider)
    assert now(message).state == "read"
    assert now(conversation).waiting_since is None


def test_a_job_that_runs_again_sends_nothing(provider, nadia, conversation, agent):
    message = send(conversation, agent)

    assert [work(message) for _ in range(3)] == [None, None, None]

    assert received(nadia) == ["Baik"]
    assert provider.sent_twice() == {}


def test_replies_of_a_conversation_go_out_in_their_order(provider, nadia, conversation, agent):
    for number in range(8):
        send(conversation, agent, str(number))

    work_all()

    assert received(nadia) == list("01234567")
    assert provider.sent_twice() == {}


def test_a_throttled_reply_keeps_those_behind_it_waiting(provider, nadia, conversation, agent):
    provider.fail_next(131056, retry_after=60)
    first, second = send(conversation, agent, "first"), send(conversation, agent, "second")

    work_all()

    assert received(nadia) == []
    assert (now(first).state, now(first).attempts, now(second).state) == ("queued", 1, "queued")
    assert [work(first), work(second)] == [None, None]
    assert received(nadia) == ["first", "second"]


@pytest.mark.parametrize("lose", ["time_out_next", "reset_next", "bad_gateway_next", "half_answer_next"])
@pytest.mark.parametrize("accepted", [True, False])
def test_what_may_have_been_sent_is_unconfirmed_until_a_status_or_a_person_tells(
    provider, nadia, conversation, agent, lose, accepted, monkeypatch
):
    monkeypatch.setattr("messaging.channels.whatsapp.wire.TIMEOUT", 0.5)
    getattr(provider, lose)(accepted=accepted)
    message = send(conversation, agent)

    assert work(message) is None
    assert now(message).state == "unconfirmed"
    assert work(message) is None
    hear(provider)

    assert received(nadia) == (["Baik"] if accepted else [])
    assert now(message).state == ("delivered" if accepted else "unconfirmed")
    if not accepted:
        with workspace_scope(message.workspace_id):
            resend_message(message, actor=agent)
        work(message)
        assert received(nadia) == ["Baik"]
    assert provider.sent_twice() == {}


@pytest.mark.parametrize(("code", "waits"), [(131056, 1), (131016, 2), (130429, 2), (131057, 2)])
def test_a_throttle_is_waited_for_and_then_it_is_sent_once(provider, nadia, conversation, channel, agent, code, waits):
    provider.fail_next(code, status=400)
    message = send(conversation, agent)

    assert work(message) == waits
    assert (now(message).state, now(message).attempts) == ("queued", 1)
    if code == 130429:
        assert now(channel).slow_until is not None
        with workspace_scope(channel.workspace_id):
            Channel.objects.update(slow_until=timezone.now())
    assert work(message) is None

    assert received(nadia) == ["Baik"]


def test_the_wait_for_a_person_grows_by_four(provider, nadia, conversation, agent):
    provider.fail_next(131056, times=4)
    message = send(conversation, agent)

    assert [work(message) for _ in range(5)] == [1, 4, 16, 64, None]


def test_a_refusal_fails_with_the_providers_words_and_can_be_retried(provider, nadia, conversation, agent):
    provider.fail_next(131026)
    with workspace_scope(conversation.workspace_id):
        quoted = conversation.messages.get()
    message = send(conversation, agent, quoted=quoted)

    assert work(message) is None
    assert (now(message).state, now(message).failure_code) == ("failed", 131026)
    assert received(nadia) == []

    with workspace_scope(message.workspace_id):
        retry_message(message, actor=agent)
    work(message)
    assert [(each.content["body"], each.quoted) for each in nadia.received] == [("Baik", quoted.external_id)]


def test_a_dead_token_pauses_the_channel_and_the_queue_goes_out_when_it_is_mended(
    provider, nadia, conversation, channel, agent
):
    provider.fail_next(190, status=401)
    first, second = send(conversation, agent, "first"), send(conversation, agent, "second")

    assert work(first) == 20
    assert work(second) == 20
    assert (now(channel).status, now(first).state, now(second).state) == ("paused", "queued", "queued")
    assert received(nadia) == []

    with workspace_scope(channel.workspace_id):
        resume_channel(channel, actor=agent)
    assert [work(first), work(second)] == [None, None]
    assert received(nadia) == ["first", "second"]


def test_a_reply_that_misses_the_window_comes_back_as_a_draft(provider, nadia, conversation, agent):
    message = send(conversation, agent)
    nadia.jumps(hours=25)

    assert work(message) is None

    assert (now(message).state, now(message).failure_code) == ("failed", 131047)
    with workspace_scope(message.workspace_id):
        assert Draft.objects.get().text == "Baik"
    assert received(nadia) == []


def test_a_reply_taken_back_in_time_is_never_sent(nadia, conversation, agent):
    conversation.workspace.settings["undo_seconds"] = 5
    conversation.workspace.save()
    message = send(conversation, agent)
    wait = work(message)
    assert wait is not None
    assert 3 < wait <= 5

    with workspace_scope(message.workspace_id):
        withdraw_message(message, actor=agent)

    assert work(message) is None
    assert received(nadia) == []


@pytest.mark.parametrize(
    ("content", "name", "kind", "caption"),
    [
        (picture("png"), "paspor.png", "image", "Paspor"),
        (b"%PDF-1.4\n%%EOF\n", "visa.pdf", "document", ""),
        (voice(), "halo.ogg", "audio", ""),
    ],
)
def test_a_file_reaches_the_phone_with_its_caption(nadia, conversation, agent, content, name, kind, caption):
    file = accept_file(
        conversation.workspace_id,
        ContentFile(content),
        name=name,
        declared_type="",
        max_bytes=10**7,
        actor=agent,
    )
    with workspace_scope(conversation.workspace_id):
        message = send_media(conversation, actor=agent, file=file, kind=Message.Kind(kind), caption=caption)

    assert work(message) is None

    (arrived,) = nadia.received
    assert (arrived.type, arrived.content.get("caption", "")) == (kind, caption)
    assert nadia._core.media.read(arrived.content["id"]) == content


def test_a_template_goes_out_though_the_window_is_shut(provider, nadia, conversation, agent):
    with workspace_scope(conversation.workspace_id):
        Conversation.objects.update(last_inbound_at=timezone.now() - timedelta(hours=25))
        template = {"name": "hello_world", "language": "en_US", "components": []}
        message = send_template(conversation, actor=agent, template=template, text="Hello World")
    provider.set_templates(
        "2000001",
        [
            {
                "name": "hello_world",
                "language": "en_US",
                "status": "APPROVED",
                "category": "UTILITY",
                "components": [{"type": "BODY", "text": "Hello World"}],
            }
        ],
    )

    work(message)

    assert now(message).state == "sent"
    assert nadia.received[0].type == "template"


def test_buttons_can_be_pressed(provider, nadia, conversation):
    with workspace_scope(conversation.workspace_id):
        message = send_buttons(
            conversation,
            actor=None,
            text="Which?",
            buttons=[{"id": "yes", "title": "Yes"}, {"id": "no", "title": "No"}],
        )
    work(message)

    nadia.presses(nadia.received[0].wamid, "Yes")
    hear(provider)

    with workspace_scope(conversation.workspace_id):
        pressed = Message.objects.get(direction="in", kind="interactive")
        assert (pressed.text, pressed.quoted) == ("Yes", message)


def test_a_reaction_reaches_the_message_and_one_that_is_refused_is_taken_back(provider, nadia, conversation, agent):
    with workspace_scope(conversation.workspace_id):
        target = conversation.messages.get()
        first = react(conversation, actor=agent, target=target, emoji="👍")
    work(first)
    assert nadia.seen(target.external_id).reactions == {"business": "👍"}

    provider.fail_next(131009)
    with workspace_scope(conversation.workspace_id):
        second = react(conversation, actor=agent, target=target, emoji="🎉")
    work(second)

    assert now(second).state == "failed"
    assert now(target).reactions == [{"side": "out", "emoji": "👍"}]


def test_a_read_receipt_marks_the_newest_message_of_the_customer(provider, nadia, conversation, agent):
    wamid = nadia.sends_text("Masih di sana?")
    hear(provider)
    nadia.changes_number("+628999000111")
    hear(provider)
    with workspace_scope(conversation.workspace_id):
        request_receipt(conversation)

    tasks.send_receipt(workspace_id=conversation.workspace_id, conversation_id=conversation.pk)

    marks = [line for line in provider.ledger() if line["kind"] == "mark"]
    assert [(mark["message_id"], mark["typing"]) for mark in marks] == [(wamid, False)]


def test_a_file_of_the_customer_is_fetched_and_kept(provider, nadia, conversation):
    nadia.sends_image(picture("png"), mime_type="image/png", caption="Paspor")
    hear(provider)
    (job,) = jobs("messaging.fetch_media")
    with workspace_scope(conversation.workspace_id):
        message = Message.objects.get(pk=job["message_id"])
    assert (message.media_state, message.media) == ("pending", None)

    work_all()

    message = now(message)
    assert message.media_state == "stored"
    with workspace_scope(conversation.workspace_id):
        assert (message.media.sniffed_type, message.media.size) == ("image/png", len(picture("png")))
        file = message.media
    with open_file(file) as stored:
        assert stored.read() == picture("png")


def test_a_file_that_cannot_be_fetched_is_tried_again_and_by_hand(provider, nadia, conversation, agent):
    provider.fail_next(131000, times=2, target="media")
    nadia.sends_image(picture("png"), mime_type="image/png")
    hear(provider)

    work_all()
    with workspace_scope(conversation.workspace_id):
        message = Message.objects.get(kind="image")
        assert message.media_state == "pending"
        fetch_again(message, actor=agent)
        assert len(jobs("messaging.fetch_media")) == 2
    provider.behave()
    work_all()

    assert now(message).media_state == "stored"


def test_a_status_that_overtakes_the_answer_is_no_trouble(provider, nadia, conversation, agent):
    provider.slow_down(0.6, accepted=True)
    message = send(conversation, agent)
    sender = threading.Thread(target=work, args=(message,))
    sender.start()
    deadline = timezone.now() + timedelta(seconds=5)
    while now(message).state != "delivered" and timezone.now() < deadline:
        drain()
    assert now(message).state == "delivered"
    sender.join()

    assert now(message).state == "delivered"
    assert now(message).external_id == nadia.received[0].wamid
