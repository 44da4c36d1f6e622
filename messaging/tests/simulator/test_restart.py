"""A stand-in that was killed goes on: same chats, new ids, unanswered webhooks again."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from messaging.simulator.provider import Provider
from messaging.simulator.provider.ledger import read_ledger
from messaging.simulator.provider.server import Server
from messaging.simulator.provider.web import Response

from .conftest import text_to

ACCOUNT = {"phone_number_id": "1", "waba_id": "2", "token": "t", "app_secret": "s"}


def test_chats_files_and_templates_survive(tmp_path: Path, product):
    with Provider(tmp_path / "ledger.jsonl", state=tmp_path) as first:
        first.register(**ACCOUNT, webhook_url=product.url)
        first.set_templates("2", [])
        maya = first.customer("+62811", name="Maya", about="Regular")
        wamid = maya.sends_image(caption="Kopi")
        maya.jumps(25)
        media_id = maya.chat.messages[0].content["id"]
        first.settle()

    with Provider(tmp_path / "ledger.jsonl", state=tmp_path) as second:
        again = second.customer("+62811")
        assert (again.chat.customer.name, again.chat.customer.about) == ("Maya", "Regular")
        assert again.seen(wamid).content["caption"] == "Kopi"
        assert again.chat.window_is_open is False
        assert again.chat.events[0]["kind"] == "customer_sent"
        assert second.core.media.read(media_id)
        assert second.core.world.templates_of("2") == []
        assert again.sends_text("lagi") != wamid


def test_webhooks_that_were_never_answered_are_sent_again(tmp_path: Path, product):
    with Provider(tmp_path / "ledger.jsonl", state=tmp_path, retry_seconds=[60]) as first:
        first.register(**ACCOUNT, webhook_url="http://127.0.0.1:9/")
        wamid = first.customer("+62811").sends_text("Pagi")
        first.register(**ACCOUNT, webhook_url=product.url)

    with Provider(tmp_path / "ledger.jsonl", state=tmp_path) as second:
        second.settle()

    assert [message["id"] for message in product.messages] == [wamid]
    with Provider(tmp_path / "ledger.jsonl", state=tmp_path) as third:
        third.settle()
    assert len(product.messages) == 1


def test_a_directory_is_asked_about_the_unknown(tmp_path: Path):
    class Known:
        def accounts(self):
            return [ACCOUNT | {"customers": [{"phone": "+62811", "name": "Maya"}]}]

        def customer(self, phone_number_id, phone):
            return {"phone": phone, "name": "Joko", "history": [old]} if phone == "+62822" else None

    old = {"wamid": "wamid.old", "side": "customer", "type": "text", "content": {"body": "x"}, "at": time.time()}
    with Provider(tmp_path / "ledger.jsonl", directory=Known()) as provider:
        reply = httpx.post(
            f"{provider.url}/v24.0/1/messages", json=text_to("+62822"), headers={"Authorization": "Bearer t"}
        )

        assert reply.status_code == 200
        names = {chat.customer.name for chat in provider.core.world.chats_of("1")}
        assert names == {"Maya", "Joko"}


@pytest.fixture
def start(tmp_path: Path):
    """Starts the program in a process of its own; the answer is the process and its address."""
    running: list[subprocess.Popen[str]] = []

    def started(*options: str) -> tuple[subprocess.Popen[str], str]:
        command = [sys.executable, "-m", "messaging.simulator.provider", "--port", "0", "--instant"]
        command += ["--ledger", str(tmp_path / "ledger.jsonl"), "--state", str(tmp_path), *options]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        running.append(process)
        assert process.stdout
        return process, process.stdout.readline().rsplit(" ", 1)[1].strip()

    yield started
    for process in running:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def test_a_killed_process_keeps_its_ledger_and_makes_new_ids(start, tmp_path, product):
    process, url = start()
    httpx.post(f"{url}/_control/accounts", json=ACCOUNT | {"webhook_url": product.url})
    who = {"phone_number_id": "1", "phone": "+62811"}
    httpx.post(f"{url}/_control/acts", json={**who, "do": "sends_text", "with": {"body": "Pagi"}})
    headers = {"Authorization": "Bearer t"}
    for _ in range(5):
        httpx.post(f"{url}/v24.0/1/messages", json=text_to("+62811"), headers=headers).raise_for_status()
    process.kill()

    _, url = start()
    httpx.post(f"{url}/_control/accounts", json=ACCOUNT | {"webhook_url": product.url})
    httpx.post(f"{url}/_control/acts", json={**who, "do": "sends_text", "with": {"body": "lagi"}})
    for _ in range(5):
        httpx.post(f"{url}/v24.0/1/messages", json=text_to("+62811"), headers=headers).raise_for_status()

    sends = [line["wamid"] for line in read_ledger(tmp_path / "ledger.jsonl") if line["kind"] == "send"]
    assert len(sends) == len(set(sends)) == 10


def test_sigterm_ends_it_with_0(start):
    process, _ = start()

    process.send_signal(signal.SIGTERM)

    assert process.wait(5) == 0


def test_a_taken_port_is_said_and_ends_with_1(start, tmp_path):
    taken = Server(0, lambda request: Response())
    command = [sys.executable, "-m", "messaging.simulator.provider", "--ledger", str(tmp_path / "other.jsonl")]

    done = subprocess.run(
        [*command, "--port", str(taken.server_address[1])], capture_output=True, text=True, timeout=20
    )

    taken.server_close()
    assert done.returncode == 1
    assert "cannot listen on port" in done.stderr
